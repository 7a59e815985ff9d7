// What a visitor may try, as the person who they are and in the chat where they are.

const MANAGER = ["/invoice alice 1500", "/act alice 7", "/invoice bob 1,234", "/queue"];
const ADMIN = ["/access", "/invoice alice 1500", "/logins", "/unresolved", "/audit"];
const STRANGER = ["/start", "/invoice alice 1500"];

export function examples(role, privately) {
  if (role === "stranger") return STRANGER;
  return role === "admin" && privately ? ADMIN : MANAGER;
}
