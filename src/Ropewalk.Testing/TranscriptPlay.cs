using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Ropewalk.Testing;

/// <summary>Is one playing of a transcript.</summary>
internal sealed class TranscriptPlay(
    string name, List<TranscriptStep> steps, ITranscriptPartner partner, bool playsClient, Delivery delivery)
{
    private readonly List<byte> _heard = [];
    private HeardKind _ending = HeardKind.Nothing;
    private bool _endingExpected;

    public async Task RunAsync()
    {
        if (steps.Find(step => IsOwn(step) && step.Pattern is not null) is { } vague)
        {
            throw new FormatException($"{name}:{vague.Line}: a pattern cannot be said, only expected.");
        }

        for (int at = 0; at < steps.Count;)
        {
            int end = at;
            while (end < steps.Count && steps[end].Kind is TranscriptStepKind.Say or TranscriptStepKind.End)
            {
                end++;
            }

            // A server that gives its go-ahead before it was asked would find the handshake's first words among what it expects.
            bool answersUpgrade = !playsClient && end < steps.Count && steps[end].Kind == TranscriptStepKind.Upgrade;
            await PlayBlockAsync(steps[at..end], atOnce: delivery == Delivery.Whole && !answersUpgrade);
            if (end < steps.Count)
            {
                await PlayMarkAsync(steps[end++]);
            }

            at = end;
        }

        if (steps[^1].Kind != TranscriptStepKind.Reset)
        {
            await HearWhatHasComeAsync();
            RefuseHeard(steps[^1].Line, "nothing more");
        }
    }

    private async Task PlayMarkAsync(TranscriptStep mark)
    {
        switch (mark.Kind)
        {
            case TranscriptStepKind.Wait:
                await WaitAsync(mark);
                break;
            case TranscriptStepKind.Upgrade:
                if (playsClient)
                {
                    // What was said in the clear must not be taken for an answer of the protected side.
                    await HearWhatHasComeAsync();
                    RefuseHeard(mark.Line, "nothing behind the go-ahead of the upgrade");
                }

                if (await partner.UpgradeAsync() is { } problem)
                {
                    throw Mismatch(mark.Line, "the upgrade", problem);
                }

                break;
            case TranscriptStepKind.Stop:
                partner.Stop();
                break;
            case TranscriptStepKind.Reset when IsOwn(mark):
                await partner.ResetAsync();
                break;
            case TranscriptStepKind.Reset:
                await ExpectEndingAsync(mark, HeardKind.Reset);
                break;
        }
    }

    private async Task WaitAsync(TranscriptStep mark)
    {
        await HearWhatHasComeAsync();
        RefuseHeard(mark.Line, "silence before the wait");
        RefuseEnding(mark.Line, "silence before the wait");
        TimeSpan passed = default;
        do
        {
            passed += await partner.PassTimeAsync(mark.Wait - passed);
            if (passed < mark.Wait)
            {
                string early = $" when only {passed:c} had passed";
                await HearWhatHasComeAsync();
                RefuseHeard(mark.Line, $"silence for {mark.Wait:c}", early);
                RefuseEnding(mark.Line, $"silence for {mark.Wait:c}", early);
            }
        }
        while (passed < mark.Wait);
    }

    private async Task PlayBlockAsync(List<TranscriptStep> block, bool atOnce)
    {
        if (atOnce)
        {
            List<byte> all = [];
            foreach (TranscriptStep step in block.Where(IsOwn))
            {
                all.AddRange(step.Bytes);
            }

            if (all.Count > 0)
            {
                await partner.SayAsync(all.ToArray());
            }

            if (block.Any(step => IsOwn(step) && step.Kind == TranscriptStepKind.End))
            {
                await partner.EndAsync();
            }
        }

        foreach (TranscriptStep step in block)
        {
            if (!IsOwn(step))
            {
                await ExpectAsync(step);
            }
            else if (!atOnce)
            {
                await SayInPiecesAsync(step);
            }
        }
    }

    private bool IsOwn(TranscriptStep step) => step.ByClient == playsClient;

    private async Task SayInPiecesAsync(TranscriptStep step)
    {
        if (step.Kind == TranscriptStepKind.End)
        {
            await partner.EndAsync();
            return;
        }

        foreach (ReadOnlyMemory<byte> piece in Pieces.Of(step.Bytes, delivery))
        {
            await partner.SayAsync(piece);
        }
    }

    private Task ExpectAsync(TranscriptStep step) => step switch
    {
        { Kind: TranscriptStepKind.End } => ExpectEndingAsync(step, HeardKind.End),
        { Pattern: not null } => ExpectPatternAsync(step),
        _ => ExpectBytesAsync(step),
    };

    private async Task ExpectBytesAsync(TranscriptStep step)
    {
        while (true)
        {
            int have = Math.Min(_heard.Count, step.Bytes.Length);
            if (!step.Bytes.AsSpan(0, have).SequenceEqual(CollectionsMarshal.AsSpan(_heard)[..have]))
            {
                throw Mismatch(step.Line, Show(step.Bytes), Show([.. _heard.Take(LineLength())]));
            }

            if (have == step.Bytes.Length)
            {
                _heard.RemoveRange(0, have);
                return;
            }

            await HearMoreAsync(step.Line, Show(step.Bytes));
        }
    }

    private async Task ExpectPatternAsync(TranscriptStep step)
    {
        while (!_heard.Contains((byte)'\n'))
        {
            await HearMoreAsync(step.Line, LineLike(step));
        }

        byte[] line = [.. _heard.Take(LineLength())];
        _heard.RemoveRange(0, line.Length);
        if (!Matches(step.Pattern!, line.AsSpan(0, line.Length - (line.AsSpan().EndsWith("\r\n"u8) ? 2 : 1))))
        {
            throw Mismatch(step.Line, LineLike(step), Show(line));
        }
    }

    // As it is written: without the anchors around it.
    private static string LineLike(TranscriptStep step) => $"a line like {step.Pattern!.ToString()[4..^3]}";

    // As text where it is text, and as one char per byte: \xFF in a pattern is the byte.
    private static bool Matches(Regex pattern, ReadOnlySpan<byte> line) =>
        pattern.IsMatch(Encoding.Latin1.GetString(line)) || (Utf8.IsValid(line) && pattern.IsMatch(Encoding.UTF8.GetString(line)));

    private async Task ExpectEndingAsync(TranscriptStep step, HeardKind ending)
    {
        string expected = Describe(ending);
        while (_ending == HeardKind.Nothing && _heard.Count == 0)
        {
            await HearMoreAsync(step.Line, expected, endingIsFine: true);
        }

        RefuseHeard(step.Line, expected);
        if (_ending != ending)
        {
            throw Mismatch(step.Line, expected, Describe(_ending));
        }

        _endingExpected = true;
    }

    private async Task HearMoreAsync(int line, string expected, bool endingIsFine = false)
    {
        if (_ending == HeardKind.Nothing)
        {
            Heard more = await partner.HearAsync();
            Note(more);
            if (more.Kind == HeardKind.Bytes || (_ending != HeardKind.Nothing && endingIsFine))
            {
                return;
            }
        }

        string soFar = _heard.Count > 0 ? Show([.. _heard]) + " and then " : "";
        throw Mismatch(line, expected, soFar + Describe(_ending));
    }

    private async Task HearWhatHasComeAsync()
    {
        if (_ending == HeardKind.Nothing)
        {
            Note(await partner.HearNowAsync());
        }
    }

    private void Note(Heard more)
    {
        _heard.AddRange(more.Bytes);
        _ending = more.Kind is HeardKind.End or HeardKind.Reset ? more.Kind : _ending;
    }

    private void RefuseHeard(int line, string expected, string when = "")
    {
        if (_heard.Count > 0)
        {
            throw Mismatch(line, expected, Show([.. _heard]) + when);
        }
    }

    private void RefuseEnding(int line, string expected, string when = "")
    {
        if (_ending != HeardKind.Nothing && !_endingExpected)
        {
            throw Mismatch(line, expected, Describe(_ending) + when);
        }
    }

    private static string Describe(HeardKind ending) => ending switch
    {
        HeardKind.End => "the end of its output",
        HeardKind.Reset => "a reset",
        _ => "silence",
    };

    private int LineLength() => _heard.IndexOf((byte)'\n') is var end and >= 0 ? end + 1 : _heard.Count;

    private TranscriptMismatchException Mismatch(int line, string expected, string got) => new(
        $"{name}:{line}, played {delivery}: expected {expected}{Environment.NewLine}got {got}");

    private static string Show(byte[] bytes)
    {
        var text = new StringBuilder("\"");
        foreach (byte b in bytes)
        {
            _ = b switch
            {
                (byte)'\r' => text.Append("\\r"),
                (byte)'\n' => text.Append("\\n"),
                (byte)'\t' => text.Append("\\t"),
                (byte)'\\' => text.Append("\\\\"),
                < 0x20 or >= 0x7F => text.Append("\\x").Append(b.ToString("X2", CultureInfo.InvariantCulture)),
                _ => text.Append((char)b),
            };
        }

        return text.Append('"').ToString();
    }
}
