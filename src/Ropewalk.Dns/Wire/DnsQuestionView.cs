namespace Ropewalk.Dns.Wire;

/// <summary>Is one question as it lies in a message.</summary>
/// <remarks><b>Lifetime</b>: as long as the message's bytes.</remarks>
public readonly ref struct DnsQuestionView
{
    private readonly ReadOnlySpan<byte> _message;

    internal DnsQuestionView(ReadOnlySpan<byte> message, int nameOffset, DnsType type, DnsClass recordClass)
    {
        _message = message;
        NameOffset = nameOffset;
        Type = type;
        Class = recordClass;
    }

    /// <summary>Gets where in the message the name begins.</summary>
    public int NameOffset { get; }

    /// <summary>Gets the type that is asked for.</summary>
    public DnsType Type { get; }

    /// <summary>Gets the class that is asked for.</summary>
    public DnsClass Class { get; }

    /// <summary>Copies the name, its case kept.</summary>
    /// <param name="name">Where it is copied to: at least <see cref="DnsLimits.NameBytes"/>.</param>
    /// <param name="length">How long it is in wire form.</param>
    public DnsViolation CopyName(Span<byte> name, out int length)
    {
        int position = NameOffset;
        return WireName.Decode(_message, ref position, name, out length);
    }
}
