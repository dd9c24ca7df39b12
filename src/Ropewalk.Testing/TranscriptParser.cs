using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Ropewalk.Testing;

/// <summary>Parses the text of a <see cref="Transcript"/>.</summary>
internal static class TranscriptParser
{
    // In hours over a thousand years: no overflow, and no clock of a test goes so far.
    private const double MaxAmount = 10_000_000;

    public static List<TranscriptStep> Parse(string text, string name)
    {
        List<TranscriptStep> steps = [];
        List<string> errors = [];
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].EndsWith('\r') ? lines[i][..^1] : lines[i];
            if (line.Length > 0 && line[0] != '#')
            {
                try
                {
                    TranscriptStep step = ParseLine(line, i + 1);
                    CheckOrder(steps, step);
                    steps.Add(step);
                }
                catch (FormatException e)
                {
                    errors.Add($"{name}:{i + 1}: {e.Message}");
                }
            }
        }

        if (steps.Count == 0 && errors.Count == 0)
        {
            errors.Add($"{name}:1: nothing is said: a play of it would prove nothing.");
        }

        return errors.Count == 0 ? steps : throw new FormatException(string.Join(Environment.NewLine, errors));
    }

    private static void CheckOrder(List<TranscriptStep> before, TranscriptStep step)
    {
        if (before is [.., { Kind: TranscriptStepKind.Reset } reset])
        {
            throw new FormatException($"nothing follows the reset of line {reset.Line}.");
        }

        bool speaks = step.Kind is TranscriptStepKind.Say or TranscriptStepKind.End;
        if (speaks && before.Find(earlier => earlier.Kind == TranscriptStepKind.End && earlier.ByClient == step.ByClient) is { } end)
        {
            throw new FormatException($"{(step.ByClient ? 'C' : 'S')} has ended its output in line {end.Line}.");
        }
    }

    private static TranscriptStep ParseLine(string line, int number)
    {
        if (line.Length >= 2 && line[0] is 'C' or 'S' && line[1] is ':' or '>' or '~')
        {
            string said = line.Length > 2 && line[2] == ' ' ? line[3..] : line[2..];
            bool byClient = line[0] == 'C';
            return line[1] == '~'
                ? new TranscriptStep(number, TranscriptStepKind.Say, byClient, [], ParsePattern(said), default)
                : new TranscriptStep(number, TranscriptStepKind.Say, byClient, Unescape(said, lineBreak: line[1] == ':'), null, default);
        }

        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["wait", var time] => new TranscriptStep(number, TranscriptStepKind.Wait, false, [], null, ParseTime(time)),
            ["end", "C"] => new TranscriptStep(number, TranscriptStepKind.End, true, [], null, default),
            ["end", "S"] => new TranscriptStep(number, TranscriptStepKind.End, false, [], null, default),
            ["reset", "C"] => new TranscriptStep(number, TranscriptStepKind.Reset, true, [], null, default),
            ["reset", "S"] => new TranscriptStep(number, TranscriptStepKind.Reset, false, [], null, default),
            ["upgrade"] => new TranscriptStep(number, TranscriptStepKind.Upgrade, false, [], null, default),
            ["stop"] => new TranscriptStep(number, TranscriptStepKind.Stop, false, [], null, default),
            ["sync"] => new TranscriptStep(number, TranscriptStepKind.Sync, false, [], null, default),
            _ => throw new FormatException($"'{line}' is none of: C: S: C> S> C~ S~ wait, end C, end S, reset C, reset S, upgrade, stop, sync, #comment."),
        };
    }

    private static Regex ParsePattern(string said)
    {
        try
        {
            return new Regex($@"^(?:{said})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"'{said}' is no pattern: {e.Message}", e);
        }
    }

    private static TimeSpan ParseTime(string text)
    {
        int digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        bool isAmount = double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double amount);
        if (!isAmount || amount > MaxAmount)
        {
            throw new FormatException($"'{text}' is no time: write 250ms, 30s, 5m or 2h.");
        }

        return text[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(amount),
            "s" => TimeSpan.FromSeconds(amount),
            "m" => TimeSpan.FromMinutes(amount),
            "h" => TimeSpan.FromHours(amount),
            _ => throw new FormatException($"'{text}' is no time: write 250ms, 30s, 5m or 2h."),
        };
    }

    private static byte[] Unescape(string text, bool lineBreak)
    {
        List<byte> bytes = [];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                int length = char.IsSurrogatePair(text, i) ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text, i, length));
                i += length - 1;
                continue;
            }

            i++;
            bytes.Add((i < text.Length ? text[i] : ' ') switch
            {
                'r' => (byte)'\r',
                'n' => (byte)'\n',
                't' => (byte)'\t',
                '0' => (byte)0,
                '\\' => (byte)'\\',
                'x' when i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte hex) => Skip(ref i, hex),
                _ => throw new FormatException(@"An escape is one of \r \n \t \0 \\ \xNN."),
            });
        }

        if (lineBreak)
        {
            bytes.AddRange("\r\n"u8);
        }

        return [.. bytes];
    }

    private static byte Skip(ref int i, byte value)
    {
        i += 2;
        return value;
    }
}
