// The server's numbered replies in words.

const SILENT = new Set(['002', '003', '004', '251', '252', '253', '254', '255', '265', '266', '318', '321', '375', '329', '900', '396', '422']);

/** Says what a reply means: { text, about, isError }; null for what nobody needs to read. about is the channel that it is about. */
export function describe({ command, params }, features) {
  const text = params.at(-1) ?? '';
  const [, first = '', second = '', third = ''] = params;
  if (SILENT.has(command)) return null;
  if (['FAIL', 'WARN', 'NOTE'].includes(command)) return { text: `${text} (${params[1] ?? ''})`, about: null, isError: command === 'FAIL' };
  if (command === 'ERROR') return { text, about: null, isError: true };
  const about = features.isChannel(first) ? first : features.isChannel(second) ? second : null;
  if (/^[45]/.test(command) || command === '696' || command === '902') {
    const what = params.slice(1, -1).join(' ');
    return { text: what ? `${what}: ${text}` : text, about, isError: true };
  }

  switch (command) {
    case '311': return say(`${first} is ${second}@${third}: ${text}`);
    case '312': return say(`${first} is on ${second} (${text})`);
    case '317': return say(`${first} has been idle for ${duration(second)}, and here since ${new Date(Number(third) * 1000).toLocaleString()}`);
    case '319': return say(`${first} is in ${text}`);
    case '330': return say(`${first} is logged in as ${second}`);
    case '301': return say(`${first} is away: ${text}`);
    case '322': return say(`${first}, ${second} ${second === '1' ? 'person' : 'people'}${text ? `: ${text}` : ''}`);
    case '323': return say('That is the end of the list.');
    case '324': return say(`The modes of ${first} are ${params.slice(2).join(' ')}`, first);
    case '341': return say(`${first} is invited to ${second}.`, second);
    case '367': case '346': case '348': return say(`${first}: ${params.slice(2).join(' ')}`, first);
    case '352': return say(`${params[5]} (${second === '*' ? '' : second}${third}) ${params[6]} ${text}`);
    default: return say([...params.slice(1, -1), text].filter(Boolean).join(' '), about);
  }
}

function say(text, about = null) {
  return { text, about, isError: false };
}

function duration(seconds) {
  const minutes = Math.floor(Number(seconds) / 60);
  if (minutes < 1) return `${Number(seconds)} s`;
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
