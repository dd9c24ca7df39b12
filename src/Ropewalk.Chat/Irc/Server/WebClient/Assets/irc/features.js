// What the server says of itself in numeric 005, with the defaults of a server that says nothing.

export class Features {
  constructor() {
    this.network = '';
    this.channelTypes = '#';
    this.ranks = [['o', '@'], ['v', '+']];
    this.modeClasses = ['b', 'k', 'l', 'imnpst'];
    this.historyLimit = 0;
    this.caseMapping = 'rfc1459';
    this.nickLength = 30;
    this.hasWhox = false;
  }

  /** Takes the tokens of one 005. */
  take(tokens) {
    for (const token of tokens) {
      const equals = token.indexOf('=');
      this.#set(equals < 0 ? token : token.slice(0, equals), equals < 0 ? '' : token.slice(equals + 1));
    }
  }

  isChannel(name) {
    return name !== '' && this.channelTypes.includes(name[0]);
  }

  /** Gives a name in the spelling in which names are compared. */
  fold(name) {
    const folded = name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    return this.caseMapping === 'ascii' ? folded : folded.replace(/[[\]\\~]/g, (sign) => ({ '[': '{', ']': '}', '\\': '|', '~': '^' })[sign]);
  }

  /** Takes the prefixes off a nickname: { nick, ranks } with the highest rank first. */
  splitPrefixes(text) {
    let end = 0;
    while (end < text.length && this.ranks.some(([, sign]) => sign === text[end])) end++;
    return { nick: text.slice(end), ranks: text.slice(0, end) };
  }

  /** How high the highest of these ranks is; 0 is the highest, and what has none comes last. */
  order(ranks) {
    const found = this.ranks.findIndex(([, sign]) => ranks.includes(sign));
    return found < 0 ? this.ranks.length : found;
  }

  /** Tells whether a mode letter takes a parameter. */
  takesParameter(letter, isAdded) {
    const [lists, always, whenSet] = this.modeClasses;
    return this.ranks.some(([mode]) => mode === letter) || lists.includes(letter) || always.includes(letter) || (isAdded && whenSet.includes(letter));
  }

  #set(name, value) {
    if (name === 'NETWORK') this.network = value;
    else if (name === 'CHANTYPES') this.channelTypes = value;
    else if (name === 'CASEMAPPING') this.caseMapping = value;
    else if (name === 'CHATHISTORY') this.historyLimit = Number(value) || 100;
    else if (name === 'NICKLEN') this.nickLength = Number(value) || 30;
    else if (name === 'WHOX') this.hasWhox = true;
    else if (name === 'CHANMODES') this.modeClasses = [...value.split(','), '', '', '', ''].slice(0, 4);
    else if (name === 'PREFIX') {
      const parts = /^\((.*)\)(.*)$/.exec(value);
      if (parts) this.ranks = [...parts[1]].map((mode, i) => [mode, parts[2][i]]).filter(([, sign]) => sign);
    }
  }
}
