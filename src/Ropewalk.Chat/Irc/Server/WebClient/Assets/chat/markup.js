// What stands in a text: formatting as mIRC made it, addresses, channels. Pure: a text becomes pieces, and the page makes nodes of them.

const TOGGLES = { '\x02': 'bold', '\x1d': 'italic', '\x1f': 'underline', '\x1e': 'strike', '\x11': 'mono' };
const MOST_PIECES = 200;
const TRAILING = /[.,;:!?'"»”’*]+$/;

/**
 * Cuts a text into pieces { text, styles, color, href, channel }. href is set for http and https only; channel for the name of one. Colours
 * are the sixteen that all clients have; backgrounds and others are left out, because nobody knows how they look on this page.
 */
export function pieces(text, isChannel = () => false) {
  const found = [];
  let rest = '';
  for (const run of runs(text)) {
    for (const piece of linksIn(run.text, isChannel)) {
      if (found.length < MOST_PIECES - 1) found.push({ ...run, ...piece });
      else rest += piece.text;
    }
  }

  // what is too motley to be shown so is shown all the same
  if (rest) found.push({ text: rest, styles: [], color: null });
  return found;
}

/** Gives the text alone. */
export function plain(text) {
  return runs(text).map((run) => run.text).join('');
}

function runs(text) {
  const found = [];
  let styles = new Set();
  let color = null;
  let run = '';
  const flush = () => {
    if (run) found.push({ text: run, styles: [...styles], color });
    run = '';
  };
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign >= ' ' && sign !== '\x7f') {
      run += sign;
      continue;
    }

    flush();
    if (TOGGLES[sign]) {
      if (!styles.delete(TOGGLES[sign])) styles.add(TOGGLES[sign]);
    } else if (sign === '\x0f') {
      styles = new Set();
      color = null;
    } else if (sign === '\x03') {
      const code = /^(\d{1,2})(?:,\d{1,2})?/.exec(text.slice(at + 1, at + 6));
      color = code && Number(code[1]) < 16 ? Number(code[1]) : null;
      at += code ? code[0].length : 0;
    } else if (sign === '\x04') {
      at += (/^[0-9a-f]{6}(?:,[0-9a-f]{6})?/i.exec(text.slice(at + 1, at + 14)) ?? [''])[0].length;
    }
  }

  flush();
  return found;
}

function linksIn(text, isChannel) {
  const found = [];
  let from = 0;
  for (const match of text.matchAll(/(?<![\p{L}\p{N}])(https?:\/\/[^\s<>"]+|#[^\s,\x07]+)/giu)) {
    const word = trimmed(match[0]);
    const link = word.startsWith('#') ? (word.length > 1 && isChannel(word) ? { channel: word } : null) : address(word);
    if (!link) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index) });
    found.push({ text: word, ...link });
    from = match.index + word.length;
  }

  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}

// a full stop behind an address is the sentence's, and so is a bracket that was opened before it
function trimmed(word) {
  let result = word.replace(TRAILING, '');
  while (/[)\]}]$/.test(result)) {
    const close = result.at(-1);
    const open = { ')': '(', ']': '[', '}': '{' }[close];
    if (result.split(open).length >= result.split(close).length) break;
    result = result.slice(0, -1).replace(TRAILING, '');
  }

  return result;
}

function address(word) {
  if (!URL.canParse(word)) return null;
  const url = new URL(word);
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname ? { href: url.href } : null;
}

/** Chooses one of so many colours for a name; the same one each time. */
export function colorOf(name, count) {
  let hash = 2166136261;
  for (const letter of name.toLowerCase().replace(/[_`|\d]+$/, '') || name) hash = Math.imul(hash ^ letter.codePointAt(0), 16777619) >>> 0;
  return hash % count;
}
