// Makes nodes. What comes from the network becomes text, and nothing else: there is no way here to make it markup.

const SAFE = new Set(['class', 'id', 'type', 'role', 'title', 'href', 'rel', 'target', 'dateTime', 'tabIndex', 'hidden', 'disabled']);

/** Makes an element; names beginning with aria- or data- are attributes, on… are listeners. */
export function element(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (key.startsWith('aria-') || key.startsWith('data-')) node.setAttribute(key, value);
    else if (!SAFE.has(key)) throw new Error(`${key} cannot be set here`);
    else if (key === 'class') node.className = value;
    else node[key] = value;
  }

  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
  return node;
}

export const byId = (id) => document.getElementById(id);

// always of one width; the tooltip has it as the person's own language writes it
export const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
export const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' });
