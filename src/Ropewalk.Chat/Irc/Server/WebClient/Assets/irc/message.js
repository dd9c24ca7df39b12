// One line of IRC and what is in it. Pure: text in, values out.

const ESCAPES = { ':': ';', s: ' ', '\\': '\\', r: '\r', n: '\n' };

/** Parses a line: { tags, source: { nick, user, host } | null, command, params }; null if there is no command in it. */
export function parse(line) {
  let rest = line.replace(/[\r\n]+$/, '');
  const message = { tags: new Map(), source: null, command: '', params: [] };
  if (rest.startsWith('@')) {
    const end = rest.indexOf(' ');
    if (end < 0) return null;
    message.tags = parseTags(rest.slice(1, end));
    rest = rest.slice(end + 1).trimStart();
  }

  if (rest.startsWith(':')) {
    const end = rest.indexOf(' ');
    if (end < 0) return null;
    message.source = parseSource(rest.slice(1, end));
    rest = rest.slice(end + 1);
  }

  while (rest.length > 0) {
    rest = rest.replace(/^ +/, '');
    if (rest.startsWith(':') && message.command) {
      message.params.push(rest.slice(1));
      break;
    }

    const end = rest.indexOf(' ');
    const word = end < 0 ? rest : rest.slice(0, end);
    rest = end < 0 ? '' : rest.slice(end);
    if (!word) break;
    if (message.command) message.params.push(word);
    else message.command = word.toUpperCase();
  }

  return message.command ? message : null;
}

/** Spells a message. Breaks and NUL cannot stand in a line: a value that has one is cut there, so that no second command gets in. */
export function encode(command, params = [], tags = null) {
  const words = params.map((value) => String(value).split(/[\r\n\0]/, 1)[0]);
  const last = words.length - 1;
  words.forEach((word, i) => {
    if (i < last && (word === '' || word.startsWith(':') || word.includes(' '))) {
      throw new Error(`"${word}" can only be the last parameter`);
    }
  });
  if (last >= 0 && (words[last] === '' || words[last].startsWith(':') || words[last].includes(' '))) words[last] = ':' + words[last];
  return [...(tags ? [spellTags(tags)] : []), command, ...words].join(' ');
}

export function parseSource(text) {
  const parts = /^([^!@]*)(?:!([^@]*))?(?:@(.*))?$/.exec(text);
  return parts ? { nick: parts[1], user: parts[2] ?? '', host: parts[3] ?? '' } : { nick: text, user: '', host: '' };
}

function parseTags(text) {
  const tags = new Map();
  for (const item of text.split(';')) {
    const equals = item.indexOf('=');
    const name = equals < 0 ? item : item.slice(0, equals);
    if (name) tags.set(name, equals < 0 ? '' : unescape(item.slice(equals + 1)));
  }

  return tags;
}

function spellTags(tags) {
  return '@' + Object.entries(tags).map(([name, value]) => (value === '' ? name : `${name}=${escape(value)}`)).join(';');
}

function unescape(value) {
  return value.replace(/\\(.?)/gs, (_, letter) => ESCAPES[letter] ?? letter);
}

function escape(value) {
  return String(value).replace(/[;\s\\]/g, (letter) => ({ ';': '\\:', ' ': '\\s', '\\': '\\\\', '\r': '\\r', '\n': '\\n' })[letter] ?? letter);
}
