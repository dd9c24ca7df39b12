using System.Text;
using Ropewalk.Testing.Served;

namespace Ropewalk.Testing;

/// <summary>Is a way to misbehave at a command. <see cref="InProcessServer.Inject(CommandFault, Func{ReceivedCommand, bool}?, int)"/> puts it in force.</summary>
/// <remarks>The answer to a command is what the application writes from when it hears the command until it hears the next one. What it sends
/// through <c>IOutboundQueueFeature</c> belongs to no command, and passes.</remarks>
public sealed class CommandFault
{
    private CommandFault(CommandFaultKind kind, ReadOnlyMemory<byte> bytes = default, int count = 0, TimeSpan delay = default)
    {
        Kind = kind;
        Bytes = bytes;
        Count = count;
        Delay = delay;
    }

    /// <summary>Ends the connection in good order instead of answering. The application does not hear the command.</summary>
    public static CommandFault Close { get; } = new(CommandFaultKind.Close);

    /// <summary>Resets the connection instead of answering. The application does not hear the command.</summary>
    public static CommandFault Reset { get; } = new(CommandFaultKind.Reset);

    /// <summary>Falls silent: the application hears the command, and all behind it, when the fault is removed.</summary>
    public static CommandFault Stall { get; } = new(CommandFaultKind.Stall);

    /// <summary>Does what the command asks and loses the answer; the next command is answered again.</summary>
    public static CommandFault DropAnswer { get; } = new(CommandFaultKind.DropAnswer);

    internal CommandFaultKind Kind { get; }

    internal ReadOnlyMemory<byte> Bytes { get; }

    internal int Count { get; }

    internal TimeSpan Delay { get; }

    /// <summary>Answers something else. The application does not hear the command.</summary>
    /// <param name="bytes">All of the answer, framing included.</param>
    public static CommandFault Answer(ReadOnlyMemory<byte> bytes) => new(CommandFaultKind.Answer, bytes);

    /// <summary>Answers some other text, in UTF-8. The application does not hear the command.</summary>
    /// <param name="text">All of the answer, line breaks included.</param>
    public static CommandFault Answer(string text) => Answer(Encoding.UTF8.GetBytes(text));

    /// <summary>Lets virtual time pass before the application hears the command, and with it the answer.</summary>
    /// <param name="by">How long, on <see cref="InProcessServer.Time"/>.</param>
    public static CommandFault AnswerLate(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        return new(CommandFaultKind.AnswerLate, delay: by);
    }

    /// <summary>Sends the beginning of the answer and then ends the connection in good order.</summary>
    /// <param name="afterBytes">How much of it is sent. A shorter answer is sent whole, and nothing ends.</param>
    public static CommandFault CutAnswer(int afterBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(afterBytes, 0);
        return new(CommandFaultKind.CutAnswer, count: afterBytes);
    }

    /// <inheritdoc/>
    public override string ToString() => Kind.ToString();
}
