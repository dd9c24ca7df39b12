using System.Text;

namespace Ropewalk.Testing;

/// <summary>Is one command that an <see cref="InProcessServer"/> received.</summary>
public sealed class ReceivedCommand
{
    private readonly object? _frame;

    internal ReceivedCommand(ServedConnection connection, int number, ReadOnlyMemory<byte> bytes, object? frame)
    {
        Connection = connection;
        Number = number;
        Bytes = bytes;
        _frame = frame;
    }

    /// <summary>Gets the connection over which it came.</summary>
    public ServedConnection Connection { get; }

    /// <summary>Gets which command to this server it is, from 1.</summary>
    public int Number { get; }

    /// <summary>Gets its bytes: the frame, where the framing gives bytes; else all that the frame was made from.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Gets its bytes as text of UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>Gets what the framing made of it.</summary>
    /// <typeparam name="T">The framing's frame.</typeparam>
    /// <exception cref="InvalidCastException">The framing makes something else.</exception>
    public T Frame<T>() => (T)_frame!;

    /// <inheritdoc/>
    public override string ToString() => $"{Connection.Number}: {Text}";
}
