// Tests of the page's pure modules. It is evaluated in the page itself, and gives a list of what failed, and how many checks there were.
(async () => {
  const failures = [];
  let count = 0;
  const same = (what, found, expected) => {
    count++;
    if (JSON.stringify(found) !== JSON.stringify(expected)) failures.push(`${what}: ${JSON.stringify(found)} and not ${JSON.stringify(expected)}`);
  };
  const throws = (what, act) => {
    count++;
    try {
      act();
      failures.push(`${what}: was taken`);
    } catch {
      // as it should
    }
  };

  const { parse, encode } = await import('/irc/message.js');
  const shape = (line) => {
    const message = parse(line);
    return message && [Object.fromEntries(message.tags), message.source?.nick ?? null, message.command, message.params];
  };
  same('a whole line', shape('@time=2020-01-01T00:00:00.000Z;msgid=a\\sb\\:c\\\\;+x :ann!u@h.example privmsg #c :hello  there :)'),
    [{ time: '2020-01-01T00:00:00.000Z', msgid: 'a b;c\\', '+x': '' }, 'ann', 'PRIVMSG', ['#c', 'hello  there :)']]);
  same('an empty last parameter', shape(':s 331 me #c :'), [{}, 's', '331', ['me', '#c', '']]);
  same('spaces before parameters', shape('JOIN   #a'), [{}, null, 'JOIN', ['#a']]);
  same('a colon inside a word', shape('MODE a:b c'), [{}, null, 'MODE', ['a:b', 'c']]);
  same('nothing', [parse(''), parse(':only'), parse('@tags'), parse(':src ')], [null, null, null, null]);
  same('a tag named as an object has it', shape('@__proto__=x PING')[0] !== undefined && Object.prototype.x, undefined);
  same('spelling', encode('PRIVMSG', ['#c', 'two words'], { label: 'a;b c' }), '@label=a\\:b\\sc PRIVMSG #c :two words');
  same('no second command', encode('PRIVMSG', ['#c', 'x\r\nQUIT']), 'PRIVMSG #c x');
  throws('a space in the middle', () => encode('KICK', ['#c d', 'nick', 'why']));
  throws('an empty word in the middle', () => encode('KICK', ['', 'nick']));
  for (const line of ['@a=b;c :n!u@h CMD x y :z', 'CMD', ':n CMD :']) same('there and back', shape(line)?.[2], 'CMD');

  const { split, byteLength, roomFor } = await import('/irc/text.js');
  const long = 'Ein Satz mit Umlauten äöü und 👩‍👩‍👧 Familien. '.repeat(40);
  const parts = split(long, 100);
  same('pieces are short enough', parts.every((part) => byteLength(part) <= 100), true);
  same('nothing is lost', parts.join('').replaceAll(' ', ''), long.replaceAll(' ', ''));
  same('no character is cut', parts.every((part) => !part.includes('\ufffd') && !/^\u200d|\u200d$/.test(part)), true);
  same('one long word', split('x'.repeat(250), 100).map((part) => part.length), [100, 100, 50]);
  same('a pile of combining marks', split('a' + '\u0301'.repeat(500), 100).every((part) => byteLength(part) <= 100), true);
  same('nothing to split', split('', 100), []);
  same('room', roomFor('PRIVMSG', '#c', { nick: 'n', user: 'u', host: 'h' }), 510 - ':n!u@h PRIVMSG #c :'.length);

  const { Features } = await import('/irc/features.js');
  const features = new Features();
  features.take(['CASEMAPPING=ascii', 'PREFIX=(qaohv)~&@%+', 'CHANTYPES=#', 'CHATHISTORY=100', 'CHANMODES=beI,k,l,imnst']);
  same('prefixes', features.splitPrefixes('@+nick'), { nick: 'nick', ranks: '@+' });
  same('order of ranks', ['~', '@+', '+', ''].map((ranks) => features.order(ranks)), [0, 2, 4, 5]);
  same('case', [features.fold('ÄB[]'), features.isChannel('#x'), features.isChannel('x')], ['Äb[]', true, false]);
  same('modes with a parameter', [features.takesParameter('o', false), features.takesParameter('l', false), features.takesParameter('l', true), features.takesParameter('m', true)], [true, false, true, false]);

  const { pieces, plain, colorOf } = await import('/chat/markup.js');
  const links = (text) => pieces(text, (word) => word.startsWith('#')).filter((piece) => piece.href || piece.channel).map((piece) => piece.href ?? piece.channel);
  same('addresses', links('see https://a.example/x_(y). (http://b.example/) "https://c.example/?q=1&r=2", #chan!'), ['https://a.example/x_(y)', 'http://b.example/', 'https://c.example/?q=1&r=2', '#chan']);
  same('no other schemes', links('javascript:alert(1) data:text/html,x vbscript:x file:///etc/passwd JaVaScRiPt://x ftp://x.example https://'), []);
  same('text around', pieces('a https://b.example/ c').map((piece) => piece.text), ['a ', 'https://b.example/', ' c']);
  same('formatting', pieces('\x02b\x02 \x0304,12red\x03 \x1di\x0f n').map(({ text, styles, color }) => [text, styles, color]),
    [['b', ['bold'], null], [' ', [], null], ['red', [], 4], [' ', [], null], ['i', ['italic'], null], [' n', [], null]]);
  same('plain', plain('\x02b\x0304x\x04ff0000y\x11z\x07'), 'bxyz');
  same('bounded', pieces('https://a.example/ '.repeat(1000)).length <= 200, true);
  const motley = Array.from({ length: 210 }, (_, i) => (i % 2 ? '\x02' : '\x0f') + '\x02a').join('') + ' END';
  same('what is too motley is plain', [pieces(motley).length, pieces(motley).map((piece) => piece.text).join('')], [200, plain(motley)]);
  same('a colour is one of them', [...'abcdefgh'].every((name) => colorOf(name, 12) < 12 && colorOf(name + '_', 12) === colorOf(name, 12)), true);

  const { Conversation, MOST_LINES } = await import('/chat/conversation.js');
  const conversation = new Conversation('#c', 'channel');
  const line = (id, time) => ({ id, time, kind: 'message', from: 'a', text: id ?? '' });
  [line('b', 20), line('d', 40), line('a', 10), line('c', 30), line('b', 20), line('b2', 20)].forEach((one) => conversation.add(one));
  same('in order, and once', conversation.lines.map((one) => one.id), ['a', 'b', 'b2', 'c', 'd']);
  same('ends', [conversation.oldestId, conversation.newestId], ['a', 'd']);
  const old = line('a2', 10);
  conversation.add(old, conversation.lines[0]);
  conversation.add(line('a1', 10), old);
  same('before the line that follows', conversation.lines.slice(0, 3).map((one) => one.id), ['a1', 'a2', 'a']);
  for (let i = 0; i < MOST_LINES + 100; i++) conversation.add(line(`x${i}`, 100 + i));
  same('bounded lines', [conversation.lines.length, conversation.add(line('old', 1))], [MOST_LINES, null]);
  const lobby = new Conversation('#l', 'channel');
  const presence = (nick, what) => ({ id: null, time: 50, kind: 'presence', changes: [{ nick, what, detail: '' }] });
  [presence('a', 'joined'), presence('b', 'joined'), presence('a', 'left')].forEach((one) => lobby.add(one));
  same('comings and goings are one line', [lobby.lines.length, (await import('/views/log.js')).presence(lobby.lines[0].changes)], [1, 'a, b joined · a left']);

  const { Completion, InputHistory } = await import('/chat/completion.js');
  const completion = new Completion();
  const names = { nicks: ['anna', 'Andrew', 'bob'], channels: ['#tea', '#tar'], commands: ['join', 'me'] };
  const first = completion.next('an', 2, names);
  same('a name at the start', first, { text: 'anna: ', caret: 6 });
  same('the next one', completion.next(first.text, first.caret, names), { text: 'Andrew: ', caret: 8 });
  same('in the middle', new Completion().next('hi bo there', 5, names), { text: 'hi bob  there', caret: 7 });
  same('commands and channels', [new Completion().next('/jo', 3, names).text, new Completion().next('to #ta', 6, names).text], ['/join ', 'to #tar ']);
  same('nothing to complete', [new Completion().next('', 0, names), new Completion().next('zz', 2, names)], [null, null]);
  const typed = new InputHistory();
  ['one', 'two'].forEach((text) => typed.add(text));
  same('back and forth', [typed.move(-1, 'draft'), typed.move(-1, 'two'), typed.move(-1, 'one'), typed.move(1, 'one'), typed.move(1, 'two'), typed.move(1, 'draft')], ['two', 'one', null, 'two', 'draft', null]);

  const { messagesOf, read } = await import('/chat/commands.js');
  const own = { nick: 'n', user: 'u', host: 'h' };
  same('lines', messagesOf('a\r\n\nb', 'message', '#c', own).map((message) => message.params[1]), ['a', 'b']);
  same('an action', messagesOf('waves', 'action', '#c', own)[0].params[1], '\x01ACTION waves\x01');
  same('commands', [read('/ME  x y'), read('//not'), read('plain /x')], [{ command: 'me', rest: 'x y' }, { text: '/not' }, { text: 'plain /x' }]);
  const { mentions } = await import('/chat/receive.js');
  same('mentions', ['ann: hi', 'hi ANN', 'hi ann!', 'annabel', 'xann', 'joann, ann'].map((text) => mentions(text, 'ann')), [true, true, true, false, false, true]);
  const { channelOf, fragmentOf } = await import('/views/body.js');
  same('fragments', ['#a', '##a', '#é x', '#a,0'].map((name) => channelOf(fragmentOf(name))), ['#a', '##a', '#é', '#a']);
  same('broken fragments', [channelOf(''), channelOf('#'), channelOf('#%zz'), channelOf('#%0d%0aQUIT')], ['', '', '#%zz', '']);
  const { Connection } = await import('/irc/connection.js');
  const { Receiver } = await import('/chat/receive.js');
  const { State } = await import('/chat/state.js');
  const RealSocket = globalThis.WebSocket;
  const sockets = [];
  globalThis.WebSocket = class {
    static OPEN = 1;
    readyState = 1;
    sent = [];
    constructor() {
      sockets.push(this);
    }

    send(line) {
      this.sent.push(line);
    }

    close() {
      this.readyState = 3;
    }
  };
  const refused = [];
  const begin = (identity) => {
    const one = new Connection('ws://x', { state() {}, message() {}, queued() {}, refused: (text) => refused.push(text) });
    one.open({ nick: 'anna', account: '', password: '', realName: '', ...identity });
    return one;
  };
  const hear = (...lines) => lines.forEach((data) => sockets.at(-1).onmessage({ data }));
  const logIn = () => {
    sockets.at(-1).onopen();
    hear(':s CAP * LS :sasl=PLAIN', ':s CAP * ACK :sasl', 'AUTHENTICATE +');
    const told = atob(sockets.at(-1).sent.find((line) => /^AUTHENTICATE (?!PLAIN)/.test(line)).slice(13)).split('\0');
    hear(':s 903 x :ok', ':s 001 anna :hi');
    return told;
  };
  const named = begin({ password: 'pw' });
  const firstLogin = logIn();
  named.renamed('anna-away');
  sockets.at(-1).onclose();
  named.wake();
  same('who is called differently logs in as before', [firstLogin, logIn()], [['', 'anna', 'pw'], ['', 'anna', 'pw']]);
  named.quit('');
  begin({ password: 'pw' });
  sockets.at(-1).onopen();
  hear(':s CAP * LS :sasl=PLAIN batch', ':s CAP * NAK :batch sasl');
  same('a login that is denied is told', [refused.length, sockets.at(-1).sent.includes('CAP END'), sockets.at(-1).readyState], [1, false, 3]);
  begin({ password: 'pw' });
  sockets.at(-1).onopen();
  hear(':s CAP * LS :sasl=PLAIN batch', ':s CAP * ACK :batch');
  same('so is one that is passed over', [refused.length, sockets.at(-1).sent.includes('CAP END')], [2, false]);
  begin({});
  sockets.at(-1).onopen();
  hear(':s CAP * LS :batch', ':s CAP * NAK :batch');
  same('without a password it goes on', [refused.length, sockets.at(-1).sent.at(-1)], [2, 'CAP END']);
  globalThis.WebSocket = RealSocket;

  const kept = new State();
  kept.reset();
  kept.own.nick = 'me';
  const receiver = new Receiver(kept, { has: () => false, send: () => true, own: {}, renamed() {} });
  [':me!u@h JOIN #k', ':s 353 me = #k :me bob', ':s 366 me #k :End', ':bob!b@h MODE #k +k sesame'].forEach((text) => receiver.receive(parse(text)));
  const keyed = kept.find('#k');
  same('a key is learnt', [keyed.isJoined, keyed.members.size, keyed.key], [true, 2, 'sesame']);
  receiver.disconnected();
  same('who is disconnected is in no channel', [keyed.isJoined, keyed.isWanted, keyed.members.size], [false, true, 0]);
  receiver.receive(parse(':me!u@h JOIN #k'));
  receiver.receive(parse(':bob!b@h MODE #k -k sesame'));
  same('and comes back', [keyed.isJoined, keyed.key], [true, '']);
  receiver.receive(parse(':me!u@h PART #k'));
  same('who has left does not', [keyed.isJoined, keyed.isWanted], [false, false]);
  return { failures, count };
})()
