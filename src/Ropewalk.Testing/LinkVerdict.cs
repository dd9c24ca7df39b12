namespace Ropewalk.Testing;

/// <summary>Is what a <see cref="LinkRule"/> decides.</summary>
public readonly record struct LinkVerdict
{
    private LinkVerdict(LinkVerdictKind kind, TimeSpan delay = default)
    {
        Kind = kind;
        Delay = delay;
    }

    /// <summary>Gets the verdict of a rule that has nothing to say.</summary>
    public static LinkVerdict Pass => default;

    /// <summary>Gets the verdict that it is lost. A stream sends it again after its retransmission timeout, a datagram is gone.</summary>
    public static LinkVerdict Drop => new(LinkVerdictKind.Drop);

    /// <summary>Gets the verdict that the connection is reset on both sides, or refused if it was a request for one. A datagram is gone.</summary>
    public static LinkVerdict Reset => new(LinkVerdictKind.Reset);

    /// <summary>Gets the verdict that it arrives twice, the second time after the link's latency once more. Streams take it as a pass.</summary>
    public static LinkVerdict Duplicate => new(LinkVerdictKind.Duplicate);

    /// <summary>Gets what is decided.</summary>
    public LinkVerdictKind Kind { get; }

    /// <summary>Gets how much later than by the link's own latency it arrives.</summary>
    public TimeSpan Delay { get; }

    /// <summary>Makes the verdict that it arrives that much later, up to 7 days. What follows it in a stream waits for it; datagrams overtake it.</summary>
    public static LinkVerdict Late(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(by, LinkSettings.Longest);
        return new LinkVerdict(LinkVerdictKind.Late, by);
    }
}
