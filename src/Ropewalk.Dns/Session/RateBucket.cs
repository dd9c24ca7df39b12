using System.Runtime.InteropServices;

namespace Ropewalk.Dns.Session;

/// <summary>Is one rate: a token bucket of 20 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct RateBucket
{
    /// <summary>The hash of what is counted; zero where nothing is.</summary>
    public ulong Key;

    /// <summary>When <see cref="Tokens"/> was right: milliseconds, going round in 49 days.</summary>
    public uint At;

    /// <summary>How many answers may be sent.</summary>
    public float Tokens;

    /// <summary>How many were limited.</summary>
    public uint Limited;

    /// <summary>Says how many answers may be sent now.</summary>
    public readonly float TokensAt(uint now, int perSecond, int burst)
    {
        // The clock may be set back: then nothing has come in.
        int passed = Math.Max(0, (int)(now - At));
        return Math.Min(burst, Tokens + (passed * (perSecond / 1000f)));
    }
}
