using System.Buffers.Text;
using System.Text;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Builds one line at a time, without its tags, in a buffer that is used again. A line never grows beyond 512 bytes: it is cut between two characters.</summary>
/// <remarks>What is added comes from lines that were received, so it holds no CR, LF or NUL, or is the server's own.</remarks>
internal sealed class IrcLineWriter
{
    private const int Most = IrcLimits.MessageBytes - 2;

    private readonly byte[] _bytes = new byte[IrcLimits.MessageBytes];
    private int _length;

    /// <summary>Gets the line, its break included once it was ended.</summary>
    public ReadOnlySpan<byte> Line => _bytes.AsSpan(0, _length);

    /// <summary>Gets how many bytes can still be added.</summary>
    public int Room => Most - _length;

    /// <summary>Begins a line.</summary>
    public IrcLineWriter Begin()
    {
        _length = 0;
        return this;
    }

    /// <summary>Goes back to an earlier length of this line.</summary>
    public void CutTo(int length) => _length = length;

    /// <summary>Adds bytes.</summary>
    public IrcLineWriter Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Room)
        {
            bytes = bytes[..CharacterBoundary(bytes, Room)];
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
        return this;
    }

    /// <summary>Adds one byte.</summary>
    public IrcLineWriter Add(byte letter)
    {
        if (Room > 0)
        {
            _bytes[_length++] = letter;
        }

        return this;
    }

    /// <summary>Adds a text.</summary>
    public IrcLineWriter Add(string text)
    {
        if (text.Length * 3 <= Room)
        {
            _length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length));
            return this;
        }

        return Add(Encoding.UTF8.GetBytes(text).AsSpan());
    }

    /// <summary>Adds a number in decimal digits.</summary>
    public IrcLineWriter Add(long number)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, digits, out int length);
        return Add(digits[..length]);
    }

    /// <summary>Adds a numeric: three digits.</summary>
    public IrcLineWriter AddNumeric(int numeric) =>
        Add((byte)('0' + (numeric / 100))).Add((byte)('0' + (numeric / 10 % 10))).Add((byte)('0' + (numeric % 10)));

    /// <summary>Ends the line.</summary>
    public void End()
    {
        _bytes[_length++] = (byte)'\r';
        _bytes[_length++] = (byte)'\n';
    }

    /// <summary>Finds the longest start of a text that is not longer than <paramref name="most"/> and does not end inside a character.</summary>
    public static int CharacterBoundary(ReadOnlySpan<byte> text, int most)
    {
        if (text.Length <= most)
        {
            return text.Length;
        }

        int end = most;
        while (end > 0 && (text[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return end;
    }
}
