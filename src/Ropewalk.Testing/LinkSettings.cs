namespace Ropewalk.Testing;

/// <summary>Says how the way from one host to another is. <b>Reload</b>: at any time, for what is sent after that.</summary>
/// <remarks>A value that no link can have throws <see cref="ArgumentOutOfRangeException"/>: a negative time or one over 7 days, a part outside 0 to 1, less than a byte per second, an MTU below 100.</remarks>
public sealed record LinkSettings
{
    /// <summary>The longest that anything is under way: whoever wants more wants a partition.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>Gets how long anything takes. Default 1 ms.</summary>
    public TimeSpan Latency
    {
        get;
        init => field = value >= TimeSpan.Zero && value <= Longest ? value : throw new ArgumentOutOfRangeException(nameof(Latency), value, null);
    } = TimeSpan.FromMilliseconds(1);

    /// <summary>Gets how much longer it takes at most; each unit draws its own. Default 0. Datagrams overtake each other by it, streams stay in order.</summary>
    public TimeSpan Jitter
    {
        get;
        init => field = value >= TimeSpan.Zero && value <= Longest ? value : throw new ArgumentOutOfRangeException(nameof(Jitter), value, null);
    }

    /// <summary>Gets the bytes per second that pass, which all that goes the same way shares. Default no bound.</summary>
    public double BytesPerSecond
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(BytesPerSecond), value, null);
    } = double.PositiveInfinity;

    /// <summary>Gets the part of all units that is lost, 0 to 1. Default 0.</summary>
    public double Loss
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Loss), value, null);
    }

    /// <summary>Gets the part of all datagrams that arrives twice. Default 0.</summary>
    public double Duplication
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Duplication), value, null);
    }

    /// <summary>Gets the part of all datagrams that is held back for some latencies, so that later ones come first. Default 0.</summary>
    public double Reordering
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Reordering), value, null);
    }

    /// <summary>
    /// Gets the longest packet that passes, its headers included. Default 65,535. A datagram that would need fragments is lost, as where they are
    /// dropped (RFC 8900 §3); a stream is cut to fit.
    /// </summary>
    public int Mtu
    {
        get;
        init => field = value >= 100 ? value : throw new ArgumentOutOfRangeException(nameof(Mtu), value, null);
    } = 65_535;

    /// <summary>Gets how many bytes of one direction of a connection are under way or not yet received at most. Default 256 KiB.</summary>
    public int WindowBytes
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(WindowBytes), value, null);
    } = 256 * 1024;
}
