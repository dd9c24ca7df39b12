// Where one writes: sending, completion, what was written before, pasting more than one line.

import { COMMANDS, messagesOf, read, run } from '../chat/commands.js';
import { Completion, InputHistory } from '../chat/completion.js';
import { byId, element } from './dom.js';

const MOST_MESSAGES = 100;

export class ComposerView {
  #state;
  #actions;
  #form = byId('composer');
  #input = byId('input');
  #dialog = byId('paste');
  #completion = new Completion();
  #sent = new InputHistory();
  #mayComplete = true;
  #queued = 0;

  constructor(state, actions) {
    this.#state = state;
    this.#actions = actions;
    state.on('active', (conversation) => this.#switch(conversation));
    state.on('own', () => this.#describe());
    state.on('typing', (conversation) => conversation === state.active && this.#showTyping());
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#input.addEventListener('keydown', (event) => this.#key(event));
    this.#input.addEventListener('input', () => this.#changed());
    this.#input.addEventListener('paste', () => setTimeout(() => this.#lines().length > 1 && this.#submit()));
    this.#input.addEventListener('blur', () => (this.#mayComplete = true));
    byId('paste-send').addEventListener('click', () => this.#dialog.close('send'));
    byId('paste-cancel').addEventListener('click', () => this.#dialog.close(''));
    this.#dialog.addEventListener('close', () => {
      this.#input.focus();
      if (this.#dialog.returnValue === 'send') this.#send();
      this.#dialog.returnValue = '';
    });
  }

  /** Shows how much waits, because the server takes only so much at once. */
  setQueued(count) {
    this.#queued = count;
    if (this.#state.active) this.#showTyping();
  }

  focus() {
    this.#input.focus();
  }

  #switch(conversation) {
    if (this.#state.active !== this.shown && this.shown) this.shown.draft = this.#input.value;
    this.shown = conversation;
    this.#set(conversation.draft);
    this.#describe();
    this.#showTyping();
  }

  #describe() {
    const { active, own } = this.#state;
    if (!active) return;
    this.#input.placeholder = active.kind === 'server' ? 'A command, such as /join #channel' : `Write to ${active.name}`;
    this.#input.setAttribute('aria-label', active.kind === 'server' ? 'A command' : `Message to ${active.name}`);
    byId('own-nick').textContent = own.nick;
    byId('own-away').hidden = !this.#state.awayText;
  }

  #key(event) {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    if (event.isComposing || ctrlKey || metaKey || altKey) return;
    if (key === 'Enter' && !shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (key === 'Tab' && this.#mayComplete && this.#complete(shiftKey ? -1 : 1)) {
      event.preventDefault();
    } else if (key === 'Escape') {
      this.#mayComplete = false;
    } else if ((key === 'ArrowUp' && this.#isAt('first')) || (key === 'ArrowDown' && this.#isAt('last'))) {
      const text = this.#sent.move(key === 'ArrowUp' ? -1 : 1, this.#input.value);
      if (text === null) return;
      event.preventDefault();
      this.#set(text);
    }
  }

  #isAt(edge) {
    const { value, selectionStart, selectionEnd } = this.#input;
    return edge === 'first' ? !value.slice(0, selectionStart).includes('\n') : !value.slice(selectionEnd).includes('\n');
  }

  #complete(step) {
    const { active, conversations } = this.#state;
    const spoken = active.lines.filter((line) => line.from && !line.isOwn).map((line) => line.from).reverse();
    const here = [...active.members.values()].map((member) => member.nick);
    const present = new Set(here);
    const nicks = [...new Set([...spoken.filter((nick) => present.has(nick)), ...(active.kind === 'person' ? [active.name] : []), ...here.sort()])];
    const channels = conversations.filter((one) => one.kind === 'channel').map((one) => one.name);
    const found = this.#completion.next(this.#input.value, this.#input.selectionStart, { nicks, channels, commands: Object.keys(COMMANDS) }, step);
    if (found) {
      this.#set(found.text);
      this.#input.setSelectionRange(found.caret, found.caret);
    }

    return found !== null;
  }

  #lines() {
    return this.#input.value.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
  }

  #submit() {
    const lines = this.#lines();
    if (lines.length === 0) return;
    if (lines.length === 1) return this.#send();
    const target = this.#state.active.name;
    const count = read(this.#input.value).command ? lines.length : messagesOf(this.#input.value, 'message', target, this.#state.own).length;
    byId('paste-title').textContent = count > MOST_MESSAGES ? `${count} messages are too many` : `Send ${count} messages to ${target}?`;
    byId('paste-text').replaceChildren(...lines.slice(0, 8).map((line) => element('li', {}, line.slice(0, 200))), ...(lines.length > 8 ? [element('li', {}, `… and ${lines.length - 8} more`)] : []));
    byId('paste-send').disabled = count > MOST_MESSAGES;
    this.#dialog.showModal();
    byId(count > MOST_MESSAGES ? 'paste-cancel' : 'paste-send').focus();
  }

  #send() {
    const text = this.#input.value;
    const here = this.shown;
    // emptied first: a command may go to another conversation, whose own draft is not to be lost
    this.#set('');
    const wrong = run(this.#actions, text);
    if (!wrong) {
      this.#sent.add(text);
      return;
    }

    this.#state.tell(wrong, 'error');
    if (this.shown === here) this.#set(text);
  }

  #changed() {
    this.#mayComplete = true;
    this.#grow();
    const { value } = this.#input;
    this.#actions.typing(value !== '' && (!value.startsWith('/') || value.startsWith('/me ')));
  }

  #set(text) {
    this.#input.value = text;
    this.#grow();
  }

  #grow() {
    this.#input.rows = Math.min(6, this.#input.value.split('\n').length);
  }

  #showTyping() {
    const names = [...this.#state.active.typing.values()].map(({ nick }) => nick);
    const typing = names.length === 0 ? '' : names.length > 3 ? 'Several people are typing…' : `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} typing…`;
    byId('typing').textContent = [this.#queued > 0 ? `${this.#queued} waiting to be sent…` : '', typing].filter(Boolean).join(' · ');
  }
}
