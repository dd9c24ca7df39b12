// What people type: text to say, or a command with a slash before it.

import { roomFor, split } from '../irc/text.js';

/** The commands: how each is written, and what it does. Those without a run are done by the page itself. */
export const COMMANDS = {
  away: { usage: '/away [reason]', does: 'says that you are away; without a reason, that you are back', run: (to, rest) => to.send('AWAY', rest ? [rest] : []) },
  help: { usage: '/help', does: 'lists the commands and the keys', run: (to) => help(to) },
  invite: { usage: '/invite nick [#channel]', does: 'invites somebody', run: (to, rest) => words(rest, 1, (nick, name) => to.send('INVITE', [nick, name || to.channel])) },
  join: { usage: '/join #channel [key]', does: 'joins a channel', run: (to, rest) => words(rest, 1, (name, key) => to.join(name, key)) },
  kick: { usage: '/kick nick [reason]', does: 'puts somebody out of this channel', run: (to, rest) => inChannel(to, rest, (name, [nick, reason]) => nick ? to.send('KICK', reason ? [name, nick, reason] : [name, nick]) : false) },
  list: { usage: '/list', does: 'lists the channels', run: (to, rest) => to.send('LIST', rest ? [rest.split(' ')[0]] : []) },
  me: { usage: '/me text', does: 'says what you do', run: (to, rest) => to.say(rest, 'action') },
  mode: { usage: '/mode [#channel] [+o nick]', does: 'shows or sets modes', run: (to, rest) => {
    const given = rest.split(/ +/).filter(Boolean);
    const hasTarget = given[0] && !/^[+-]/.test(given[0]);
    const target = hasTarget ? given.shift() : to.channel || to.nick;
    return to.send('MODE', [target, ...given]);
  } },
  msg: { usage: '/msg nick text', does: 'says something to one person, or in another channel', run: (to, rest) => words(rest, 2, (target, text) => to.say(text, 'message', target)) },
  names: { usage: '/names [#channel]', does: 'asks again who is here', run: (to, rest) => inChannel(to, rest, (name) => to.send('NAMES', [name])) },
  nick: { usage: '/nick name', does: 'changes your name', run: (to, rest) => words(rest, 1, (name) => to.send('NICK', [name])) },
  notice: { usage: '/notice nick text', does: 'says something that no program answers', run: (to, rest) => words(rest, 2, (target, text) => to.say(text, 'notice', target)) },
  part: { usage: '/part [#channel] [reason]', does: 'leaves a channel', run: (to, rest) => to.part(rest) },
  query: { usage: '/query nick', does: 'opens a conversation with one person', run: (to, rest) => words(rest, 1, (nick) => to.query(nick)) },
  quit: { usage: '/quit [reason]', does: 'leaves', run: (to, rest) => to.quit(rest) },
  raw: { usage: '/raw COMMAND …', does: 'sends a line as it is', run: (to, rest) => raw(to, rest) },
  topic: { usage: '/topic [text]', does: 'shows or sets what this channel is about', run: (to, rest) => inChannel(to, rest, (name, [word, more]) => to.send('TOPIC', word ? [name, more ? `${word} ${more}` : word] : [name])) },
  whois: { usage: '/whois nick', does: 'asks who somebody is', run: (to, rest) => words(rest, 1, (nick) => to.send('WHOIS', [nick])) },
};

const KEYS = [
  'Tab completes names, channels and commands; the arrows up and down bring back what you have said.',
  'Alt+↑ and Alt+↓ go to the next conversation, with Shift to the next with something new, Ctrl+K to any by its name.',
  'Shift+Enter begins a new line. Page Up and Page Down scroll. Esc closes what is open, and Tab then goes on to the next control.',
];

/** Reads what was typed: { command, rest } or { text }. Two slashes begin a text with one. */
export function read(input) {
  const found = /^\/(?!\/)(\S*)\s*([\s\S]*)$/.exec(input);
  return found ? { command: found[1].toLowerCase(), rest: found[2].trim() } : { text: input.replace(/^\/\//, '/') };
}

/** Does what was typed. to is what it acts on (actions.js). Returns what is wrong with it, or null. */
export function run(to, input) {
  const { command, rest, text } = read(input);
  if (text !== undefined) return to.say(text, 'message') === false ? 'Not connected: this was not sent.' : null;
  const known = COMMANDS[command];
  if (!known) return `There is no command /${command}. /help lists them.`;
  return known.run(to, rest) === false ? `Write ${known.usage}` : null;
}

/** Makes the messages of a text: one for each line, and more where a line is too long. */
export function messagesOf(text, kind, target, own) {
  const command = kind === 'notice' ? 'NOTICE' : 'PRIVMSG';
  const room = roomFor(command, target, own) - (kind === 'action' ? '\x01ACTION \x01'.length : 0);
  return text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '').flatMap((line) => split(line, room))
    .map((piece) => ({ command, params: [target, kind === 'action' ? `\x01ACTION ${piece}\x01` : piece] }));
}

function words(rest, fewest, act) {
  const parts = /^(\S+)(?:\s+([\s\S]+))?$/.exec(rest);
  return !parts || (fewest === 2 && !parts[2]) ? false : act(parts[1], fewest === 2 ? parts[2] : (parts[2] ?? '').split(/\s/)[0]);
}

function inChannel(to, rest, act) {
  const parts = /^(\S*)\s*([\s\S]*)$/.exec(rest);
  const isNamed = to.isChannel(parts[1]);
  const name = isNamed ? parts[1] : to.channel;
  const more = isNamed ? /^(\S*)\s*([\s\S]*)$/.exec(parts[2]) : parts;
  return name ? act(name, [more[1], more[2]]) : false;
}

function raw(to, rest) {
  const [line] = rest.split(/[\r\n]/, 1);
  const colon = line.indexOf(' :');
  const head = (colon < 0 ? line : line.slice(0, colon)).split(/ +/).filter(Boolean);
  return head.length > 0 && to.send(head[0].toUpperCase(), [...head.slice(1), ...(colon < 0 ? [] : [line.slice(colon + 2)])]);
}

function help(to) {
  for (const { usage, does } of Object.values(COMMANDS)) to.tell(`${usage}: ${does}`);
  KEYS.forEach((line) => to.tell(line));
}
