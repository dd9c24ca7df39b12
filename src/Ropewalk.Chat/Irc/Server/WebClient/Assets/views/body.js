// The text of a message as nodes: formatting, addresses, channels, and the person's own name.

import { pieces } from '../chat/markup.js';
import { element } from './dom.js';

export function body(text, features) {
  return pieces(text, (word) => features.isChannel(word)).map((piece) => {
    let node = document.createTextNode(piece.text);
    if (piece.href) node = element('a', { href: piece.href, rel: 'noopener noreferrer nofollow', target: '_blank' }, node);
    else if (piece.channel) node = element('a', { href: fragmentOf(piece.channel), class: 'channel' }, node);
    const classes = [...piece.styles.map((style) => `is-${style}`), ...(piece.color === null ? [] : [`color-${piece.color}`])];
    return classes.length > 0 ? element('span', { class: classes.join(' ') }, node) : node;
  });
}

/** The page's address of a channel. */
export function fragmentOf(name) {
  return '#' + encodeURIComponent(name.startsWith('##') || !name.startsWith('#') ? name : name.slice(1));
}

/** The channel that the page's address names, or nothing. */
export function channelOf(fragment) {
  let name = fragment.slice(1);
  try {
    name = decodeURIComponent(name);
  } catch {
    // what is no encoding stands for itself
  }

  name = name.split(/[\s,\x00-\x1f\x7f]/, 1)[0];
  return name && !name.startsWith('#') ? '#' + name : name;
}
