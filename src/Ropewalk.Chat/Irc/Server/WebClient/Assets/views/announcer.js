// What is read aloud: messages where one is, and elsewhere only those that name one. Comings and goings are not, and a flood is counted.

import { plain } from '../chat/markup.js';
import { byId, element } from './dom.js';

const EVERY = 1000;
const MOST_AT_ONCE = 3;

export class Announcer {
  #region = byId('announcer');
  #waiting = [];
  #timer = 0;

  constructor(state) {
    state.on('line', (conversation, { added }, isNew) => {
      if (!isNew || !added || added.isOwn || added.kind === 'presence') return;
      if (conversation === state.active) this.#say(added.from ? `${added.from}: ${plain(added.text)}` : plain(added.text));
      else if (added.isMention) this.#say(`${added.from} in ${conversation.name}: ${plain(added.text)}`);
    });
    state.on('active', (conversation) => this.#say(`${conversation.name}, ${conversation.lines.length} lines`));
  }

  #say(text) {
    this.#waiting.push(text);
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      const said = this.#waiting.splice(0);
      const shown = said.length > MOST_AT_ONCE ? [`${said.length - 1} new messages`, said.at(-1)] : said;
      this.#region.replaceChildren(...shown.map((one) => element('p', {}, one)));
    }, EVERY);
  }
}
