using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Ropewalk.Testing;

/// <summary>Is one playing of a transcript.</summary>
internal sealed class TranscriptPlay(
    string name, List<TranscriptStep> steps, ITranscriptPartner partner, bool playsClient, Delivery delivery)
{
    private readonly List<byte> _heard = [];
    private bool _heardEnd;

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

            await PlayBlockAsync(steps[at..end]);
            if (end < steps.Count)
            {
                await PlayMarkAsync(steps[end++]);
            }

            at = end;
        }

        await HearWhatHasComeAsync();
        if (_heard.Count > 0)
        {
            throw Mismatch(steps[^1].Line, "nothing more", Show([.. _heard]));
        }
    }

    private async Task PlayMarkAsync(TranscriptStep mark)
    {
        switch (mark.Kind)
        {
            case TranscriptStepKind.Wait:
                await HearWhatHasComeAsync();
                if (_heard.Count > 0)
                {
                    throw Mismatch(mark.Line, "silence before the wait", Show([.. _heard]));
                }

                partner.Wait(mark.Wait);
                break;
            case TranscriptStepKind.Upgrade:
                await partner.UpgradeAsync();
                break;
            case TranscriptStepKind.Stop:
                partner.Stop();
                break;
        }
    }

    private async Task PlayBlockAsync(List<TranscriptStep> block)
    {
        if (delivery == Delivery.Whole)
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
            else if (delivery != Delivery.Whole)
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
        { Kind: TranscriptStepKind.End } => ExpectEndAsync(step),
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
            await HearMoreAsync(step.Line, $"a line like {step.Pattern}");
        }

        byte[] line = [.. _heard.Take(LineLength())];
        _heard.RemoveRange(0, line.Length);
        string text = Encoding.UTF8.GetString(line).TrimEnd('\n').TrimEnd('\r');
        if (!step.Pattern!.IsMatch(text))
        {
            throw Mismatch(step.Line, $"a line like {step.Pattern}", Show(line));
        }
    }

    private async Task ExpectEndAsync(TranscriptStep step)
    {
        while (!_heardEnd && _heard.Count == 0)
        {
            await HearMoreAsync(step.Line, "the end of its output", endIsFine: true);
        }

        if (_heard.Count > 0)
        {
            throw Mismatch(step.Line, "the end of its output", Show([.. _heard]));
        }
    }

    private async Task HearMoreAsync(int line, string expected, bool endIsFine = false)
    {
        byte[]? more = _heardEnd ? [] : await partner.HearAsync();
        string soFar = _heard.Count > 0 ? Show([.. _heard]) + " and then " : "";
        if (more is null)
        {
            throw Mismatch(line, expected, soFar + "silence");
        }

        _heardEnd |= more.Length == 0;
        if (_heardEnd && !endIsFine)
        {
            throw Mismatch(line, expected, soFar + "the end of its output");
        }

        _heard.AddRange(more);
    }

    private async Task HearWhatHasComeAsync()
    {
        if (!_heardEnd)
        {
            _heard.AddRange(await partner.HearNowAsync());
        }
    }

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
