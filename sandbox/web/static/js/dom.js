// Building the page from values. Text only ever becomes text: nothing here reads HTML.

const SVG = "http://www.w3.org/2000/svg";
const prints = new WeakMap();
const FOCUSABLE = "button, a[href], input, select, textarea, [tabindex]";

export const $ = (id) => document.getElementById(id);

/** Make an element. Attributes that are null or false are left out; functions become listeners ("click"). */
export function h(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** Make a button that is no submit button. */
export function button(name, act, attributes, ...children) {
  return h("button", { type: "button", class: name, click: act, ...attributes }, ...children);
}

export function s(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Show a list of items, keeping the elements of those that did not change; returns the elements that are new. */
export function keyed(container, items, keyOf, render) {
  const old = new Map([...container.children].map((element) => [element.dataset.key, element]));
  const added = [];
  let place = container.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    const print = JSON.stringify(item);
    let element = old.get(key);
    if (element === undefined || prints.get(element) !== print) {
      const fresh = render(item);
      fresh.dataset.key = key;
      prints.set(fresh, print);
      if (element === undefined) added.push(fresh);
      else {
        if (place === element) place = fresh;
        replace(element, fresh);
      }
      element = fresh;
    }
    old.delete(key);
    if (place === element) place = element.nextElementSibling;
    else container.insertBefore(element, place);
  }
  old.forEach((element) => element.remove());
  return added;
}

/** Replace an element and keep the keyboard's place in it. */
function replace(element, fresh) {
  const active = document.activeElement;
  const held = element.contains(active);
  const index = held ? [...element.querySelectorAll(FOCUSABLE)].indexOf(active) : -1;
  element.replaceWith(fresh);
  if (held) (fresh.querySelectorAll(FOCUSABLE)[index] ?? fresh).focus({ preventScroll: true });
}
