"""Words of money that CLDR lacks: it has no slang, no hundredths, no transliteration and no cases but two."""

CURRENCIES = {
    "RUB": (
        "р,рэ,руб,рублик,рублики,рубликов,рубас,рубаса,рубасы,рубасов,целковых,rouble,roubles,rubl,rubley,rublei,"
        "рублей рф,руб рф,р рф"
    ),
    "BYN": "р,руб,рублей рб,белруб,белрублей",
    "USD": "us$,$us,долл,дол,бакс,бакса,баксы,баксов,баксами,bucks,buck,u.s. dollar,u.s. dollars,american dollar",
    "EUR": "евр,еврик,еврика,еврики,евриков,evro",
    "GBP": "pound sterling,pounds sterling,quid",
    "KZT": "тг,тнг,тенг,тенги,теньге,тэнге,теңге,tg,tng",
    "UAH": "гр,грн,гривень,гривня,гривні,grn,grivna,grivny,griven,grivnas",
    "UZS": "сўм,soum,so'm,sum",
    "CNY": "rmb,renminbi",
    "SEK": "kr,kronor",
    "NOK": "kr,kroner",
    "DKK": "kr,kroner",
    "ISK": "kr,kronur",
    "CZK": "kč,korun",
    "PLN": "zł,zl",
    "HUF": "ft",
    "BGN": "лв",
    "RON": "lei",
    "MDL": "lei",
    "TRY": "tl",
    "INR": "rs",
}
"""How people write a currency; a word of CLDR in another case, or another currency's too, may be among them."""

NO_CURRENCY = (
    "уе,ye,юе,условных единиц,условные единицы,усд,юсд,money,деньги,денег,деньгами,деревянных,валюты,валютой,"
    "bitcoin,bitcoins,btc,биткоин,биткоина,биткоины,биткоинов,usdt,usdc,юсдт,тезер,крипта,крипты,wmz,wmr"
)
"""Counted like money, but no currency: units of account, coins of the net."""

HUNDREDTHS = (
    "коп,копейка,копейки,копеек,копейкой,копейку,копейками,kop,kopeck,kopecks,kopek,kopeks,цент,цента,центы,центов,"
    "центами,cent,cents,пенс,пенса,пенсы,пенсов,penny,pence,тиын,тиына,тиынов,тийин,тийинов,копійок,сантим,сантимов,"
    "грош,гроша,грошей"
)

MULTIPLIERS = (
    "k,к,kk,кк,kilo,кило,mille,m,м,mm,t,т,b,тр,tr,тыр,mio,mn,bn,tn,thou,tys,tysyach,mln,mlrd,grand,hundred,hundreds,dozen,dozens,"
    "lakh,lakhs,crore,crores,сот,сотен,сотня,сотни,сотню,десяток,десятка,десятков,дюжина,дюжины,дюжин,"
    "косарь,косаря,косарей,косых,штук,штука,штуки,лям,ляма,лямы,лямов,лимон,лимона,лимонов,ярд,ярда,ярдов,"
    "кусок,куска,кусков"
)
MULTIPLIER_BEGINS = ("тыщ", "тыш")
"""Whatever begins so counts thousands, as does what begins like CLDR's own words: `тыщи`, `тысруб`, `млнов`."""

NUMERALS = (
    "один,одна,одно,два,две,три,четыре,пять,шесть,семь,восемь,девять,десять,одиннадцать,двенадцать,тринадцать,"
    "четырнадцать,пятнадцать,шестнадцать,семнадцать,восемнадцать,девятнадцать,двадцать,тридцать,сорок,пятьдесят,"
    "шестьдесят,семьдесят,восемьдесят,девяносто,сто,двести,триста,четыреста,пятьсот,шестьсот,семьсот,восемьсот,"
    "девятьсот,ноль,полтора,полторы,one,two,three,four,five,six,seven,eight,nine,ten,eleven,twelve,thirteen,fourteen,"
    "fifteen,sixteen,seventeen,eighteen,nineteen,twenty,thirty,forty,fifty,sixty,seventy,eighty,ninety,zero"
)
FILLERS = "за,в,во,на,около,примерно,ровно,всего,итого,и,по,плюс,еще,of,in,about,exactly,only,the,a,and,or,plus,сша"
"""What, like a numeral or an adjective, may stand between a sum and a word of money that belongs to it."""

ENDINGS = (
    "а,я,у,ю,о,е,ы,и,ь,й,ов,ев,ей,ам,ям,ами,ями,ах,ях,ом,ем,ою,ею,ой,ым,им,ых,их,ыми,ими,ый,ий,ая,яя,ое,ее,ые,ие,"
    "ого,его,ому,ему,ую,юю"
)
"""Those of Russian nouns and adjectives."""

ADJECTIVES = "ий,ый,ой,ая,яя,ое,ее,ые,ские,ых,их,ого,его,ому,ему,ым,им,ыми,ими,ую,юю,ian,can,ish,ese"
"""Endings of Russian adjectives, and of English ones for countries."""

GENERIC = (
    "account,unit,units,code,currency,value,funds,rights,единица,единицы,единиц,валюта,валюты,валют,код,соль,соля,солей"
)
"""Nouns in CLDR's names that alone are no currency: they count only as part of the whole name."""

NOTES = frozenset("💲💵💶💷💴💸")
"""Signs of money that Unicode does not count among the currency symbols."""
