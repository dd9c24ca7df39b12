// The bytes that a text takes on the wire, and where it may be cut.

const encoder = new TextEncoder();

export function byteLength(text) {
  return encoder.encode(text).length;
}

/** How many bytes of text one PRIVMSG can carry: what the server puts in front of it for the others counts too (RFC 1459: 512 with CR LF). */
export function roomFor(command, target, own) {
  const source = `:${own.nick}!${own.user || 'x'.repeat(10)}@${own.host || 'x'.repeat(64)} `;
  return 510 - byteLength(`${source}${command} ${target} :`);
}

/** Cuts a text into pieces of at most so many bytes: at a space where there is one in the second half, and never inside a character. */
export function split(text, most) {
  const pieces = [];
  let piece = '';
  let bytes = 0;
  for (const character of characters(text)) {
    const size = byteLength(character);
    if (bytes + size > most && piece) {
      const space = piece.lastIndexOf(' ');
      const carried = space > piece.length / 2 ? piece.slice(space + 1) : '';
      pieces.push(carried || space === piece.length - 1 ? piece.slice(0, space > piece.length / 2 ? space : piece.length) : piece);
      piece = carried;
      bytes = byteLength(carried);
    }

    piece += character;
    bytes += size;
  }

  if (piece) pieces.push(piece);
  return pieces;
}

function characters(text) {
  if (!globalThis.Intl?.Segmenter) return text;
  return Array.from(new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text), (one) => one.segment)
    .flatMap((one) => (byteLength(one) > 64 ? Array.from(one) : [one]));
}
