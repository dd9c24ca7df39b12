using System.Runtime.CompilerServices;

namespace Ropewalk.Chat.Irc.Wire;

/// <summary>Is one message as it lies in the received bytes: nothing is copied and nothing allocated.</summary>
/// <remarks>
/// <b>Shape</b>: <c>['@' tags SPACE] [':' source SPACE] command {SPACE parameter} [SPACE ':' parameter]</c>. <b>Lifetime</b>: as long as the bytes. What must
/// outlive them is copied with <see cref="IrcMessage.Of"/>.
/// </remarks>
public ref struct IrcMessageView
{
    private readonly ReadOnlySpan<byte> _line;
    private ParameterBounds _parameters;

    private IrcMessageView(ReadOnlySpan<byte> line) => _line = line;

    /// <summary>Gets the line.</summary>
    public readonly ReadOnlySpan<byte> Line => _line;

    /// <summary>Gets the tags without the at sign, still escaped; empty if there are none.</summary>
    public ReadOnlySpan<byte> Tags { readonly get; private set; }

    /// <summary>Gets the source without its colon; empty if there is none.</summary>
    public ReadOnlySpan<byte> Source { readonly get; private set; }

    /// <summary>Gets the command as it was written.</summary>
    public ReadOnlySpan<byte> Command { readonly get; private set; }

    /// <summary>Gets how many parameters there are.</summary>
    public int ParameterCount { readonly get; private set; }

    /// <summary>Gets a parameter, without the colon of the last one; empty if there is no such parameter.</summary>
    public readonly ReadOnlySpan<byte> this[int index] =>
        (uint)index < (uint)ParameterCount ? _line.Slice(_parameters[index].Start, _parameters[index].Length) : default;

    /// <summary>Decodes a line.</summary>
    /// <param name="line">The line without its break, as a lenient <see cref="Framing.LineDecoder"/> cuts it.</param>
    /// <param name="mostTagsBytes">The longest tags that are taken, from the at sign to the space.</param>
    /// <param name="message">The message; of a line that breaks a rule, what had been understood before.</param>
    /// <returns><see cref="IrcViolation.None"/> if the line is a message, or is empty: then the command is empty, and the line means nothing.</returns>
    public static IrcViolation Decode(ReadOnlySpan<byte> line, int mostTagsBytes, out IrcMessageView message) =>
        Decode(line, mostTagsBytes, IrcLimits.MessageBytes, out message);

    /// <summary>Decodes a line on a network whose lines may be longer than RFC 1459's (<c>LINELEN</c>).</summary>
    /// <param name="line">The line without its break, as a lenient <see cref="Framing.LineDecoder"/> cuts it.</param>
    /// <param name="mostTagsBytes">The longest tags that are taken, from the at sign to the space.</param>
    /// <param name="mostMessageBytes">The longest message behind the tags that is taken, CR LF included.</param>
    /// <param name="message">The message; of a line that breaks a rule, what had been understood before.</param>
    /// <returns><see cref="IrcViolation.None"/> if the line is a message, or is empty: then the command is empty, and the line means nothing.</returns>
    public static IrcViolation Decode(ReadOnlySpan<byte> line, int mostTagsBytes, int mostMessageBytes, out IrcMessageView message)
    {
        message = new IrcMessageView(line);
        int at = 0;
        if (line.Length > 0 && line[0] == (byte)'@')
        {
            int end = EndOfWord(line, 1);
            message.Tags = line[1..end];
            at = SkipSpaces(line, end);
            if (end + 1 > mostTagsBytes)
            {
                return IrcViolation.TagsTooLong;
            }
        }

        // The limit of 512 counts CR LF.
        if (line.Length - at > mostMessageBytes - 2)
        {
            return IrcViolation.LineTooLong;
        }

        // What one program takes for a line's end and another does not is how messages are smuggled.
        int odd = line.IndexOfAny((byte)0, (byte)'\r');
        if (odd >= 0)
        {
            return line[odd] == 0 ? IrcViolation.HoldsNul : IrcViolation.BareCr;
        }

        return message.DecodeRest(at);
    }

    private IrcViolation DecodeRest(int at)
    {
        at = SkipSpaces(_line, at);
        if (at < _line.Length && _line[at] == (byte)':')
        {
            int end = EndOfWord(_line, at);
            Source = _line[(at + 1)..end];
            at = SkipSpaces(_line, end);
        }

        int endOfCommand = EndOfWord(_line, at);
        Command = _line[at..endOfCommand];
        DecodeParameters(endOfCommand);
        if (Command.IsEmpty)
        {
            return Tags.IsEmpty && Source.IsEmpty ? IrcViolation.None : IrcViolation.CommandMissing;
        }

        return IsCommand(Command) ? IrcViolation.None : IrcViolation.CommandMalformed;
    }

    private void DecodeParameters(int at)
    {
        while (true)
        {
            at = SkipSpaces(_line, at);
            if (at == _line.Length)
            {
                return;
            }

            bool isTrailing = _line[at] == (byte)':';
            int start = isTrailing ? at + 1 : at;
            // RFC 2812 §2.3.1: behind the fourteenth, the colon may be left out.
            int end = isTrailing || ParameterCount == IrcLimits.Parameters - 1 ? _line.Length : EndOfWord(_line, at);
            _parameters[ParameterCount++] = new Bounds(start, end - start);
            at = end;
        }
    }

    private static int EndOfWord(ReadOnlySpan<byte> line, int from)
    {
        int length = line[from..].IndexOf((byte)' ');
        return length < 0 ? line.Length : from + length;
    }

    private static int SkipSpaces(ReadOnlySpan<byte> line, int from)
    {
        while (from < line.Length && line[from] == (byte)' ')
        {
            from++;
        }

        return from;
    }

    private static bool IsCommand(ReadOnlySpan<byte> command)
    {
        if (char.IsAsciiDigit((char)command[0]))
        {
            return command.Length == 3 && char.IsAsciiDigit((char)command[1]) && char.IsAsciiDigit((char)command[2]);
        }

        foreach (byte letter in command)
        {
            if (!char.IsAsciiLetter((char)letter))
            {
                return false;
            }
        }

        return true;
    }

    private readonly struct Bounds(int start, int length)
    {
        public readonly int Start = start;

        public readonly int Length = length;
    }

    [InlineArray(IrcLimits.Parameters)]
    private struct ParameterBounds
    {
        private Bounds _first;
    }
}
