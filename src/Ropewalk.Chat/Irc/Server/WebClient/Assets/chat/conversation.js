// One conversation: a channel, a person, or the server. Its lines are in the order of their times, each once, and bounded.

export const MOST_LINES = 2000;
const MOST_CHANGES = 40;

let lastKey = 0;

export class Conversation {
  lines = [];
  members = new Map();
  names = null;
  typing = new Map();
  topic = '';
  key = '';
  draft = '';
  unread = 0;
  mentions = 0;
  isJoined = false;
  // to be joined again after a connection was lost
  isWanted = false;
  readUntil = null;
  // history: nothing yet, being asked for, or all that there is
  isLoading = false;
  isAtStart = false;
  wasAskedWho = false;
  #known = new Map();

  /** kind: 'server', 'channel' or 'person'. */
  constructor(name, kind) {
    this.name = name;
    this.kind = kind;
  }

  /** Gets the newest or the oldest line that the server knows by a name of its own. */
  get newestId() {
    return this.lines.findLast((line) => line.id)?.id ?? null;
  }

  get oldestId() {
    return this.lines.find((line) => line.id)?.id ?? null;
  }

  /**
   * Adds a line: { id, time, kind, from, text, isOwn, isMention }, in the order of times; where times are equal behind what is there, or just
   * before the line that is known to follow it. Returns what changed: { added, at, removed }, { changed }, or { known } if it was there already;
   * null if there is no room.
   */
  add(line, following = null) {
    if (line.id && this.#known.has(line.id)) return { known: this.#known.get(line.id) };
    let at = following ? this.lines.indexOf(following) : -1;
    if (at < 0) at = this.lines.length;
    while (at > 0 && this.lines[at - 1].time > line.time) at--;
    const before = this.lines[at - 1];
    if (line.kind === 'presence' && before?.kind === 'presence' && before.changes.length < MOST_CHANGES && isSameDay(before.time, line.time)) {
      before.changes.push(...line.changes);
      return { changed: before };
    }

    // a conversation that is full has no room for what is older than all of it
    if (at === 0 && this.lines.length >= MOST_LINES) return null;
    line.key = ++lastKey;
    if (line.id) this.#known.set(line.id, line);
    this.lines.splice(at, 0, line);
    const removed = this.lines.length > MOST_LINES ? this.lines.splice(0, this.lines.length - MOST_LINES) : [];
    removed.forEach((one) => this.#known.delete(one.id));
    if (removed.length > 0) this.isAtStart = true;
    return { added: line, at: at - removed.length, removed };
  }
}

export function isSameDay(a, b) {
  return new Date(a).toDateString() === new Date(b).toDateString();
}
