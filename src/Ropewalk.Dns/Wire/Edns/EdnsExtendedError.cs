using System.Buffers.Binary;
using System.Text;

namespace Ropewalk.Dns.Wire.Edns;

/// <summary>Is the extended error option: why something went wrong. <b>Spec</b>: RFC 8914 §2.</summary>
/// <remarks><b>Lifetime</b>: as long as the message's bytes.</remarks>
public readonly ref struct EdnsExtendedError
{
    private EdnsExtendedError(EdnsExtendedErrorCode code, ReadOnlySpan<byte> text)
    {
        Code = code;
        Text = text;
    }

    /// <summary>Gets the reason.</summary>
    public EdnsExtendedErrorCode Code { get; }

    /// <summary>Gets what the server says of it in UTF-8; for people, and not to be trusted.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Decodes the option's value.</summary>
    public static DnsViolation Decode(ReadOnlySpan<byte> value, out EdnsExtendedError error)
    {
        error = default;
        if (value.Length < 2)
        {
            return DnsViolation.OptionMalformed;
        }

        // RFC 8914 §2: a zero at the end of the text is taken away.
        ReadOnlySpan<byte> text = value[2..];
        error = new((EdnsExtendedErrorCode)BinaryPrimitives.ReadUInt16BigEndian(value), text is [.., 0] ? text[..^1] : text);
        return DnsViolation.None;
    }

    /// <summary>Writes the option into an OPT record that has been begun.</summary>
    /// <param name="writer">The message.</param>
    /// <param name="code">The reason.</param>
    /// <param name="text">What is said of it.</param>
    public static bool TryWrite(ref DnsMessageWriter writer, EdnsExtendedErrorCode code, string text = "")
    {
        if (!writer.TryTakeOption(EdnsOptionCode.ExtendedError, 2 + Encoding.UTF8.GetByteCount(text), out Span<byte> value))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(value, (ushort)code);
        Encoding.UTF8.GetBytes(text, value[2..]);
        return true;
    }
}
