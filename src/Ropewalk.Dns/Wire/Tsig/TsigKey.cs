namespace Ropewalk.Dns.Wire.Tsig;

/// <summary>Is a secret that two sides share. It never shows itself. <b>Spec</b>: RFC 8945 §8.</summary>
public sealed class TsigKey
{
    private readonly byte[] _secret;

    /// <summary>Makes a key.</summary>
    /// <param name="name">Its name, the same on both sides.</param>
    /// <param name="algorithm">Its algorithm.</param>
    /// <param name="secret">Its bytes.</param>
    /// <param name="leastMacBytes">How long a signature must be to be taken; zero for its whole length. <b>Spec</b>: RFC 8945 §5.2.2.1.</param>
    /// <exception cref="ArgumentException">The secret is empty, or cut signatures would be taken that RFC 8945 §5.2.2.1 forbids.</exception>
    public TsigKey(DomainName name, TsigAlgorithm algorithm, ReadOnlySpan<byte> secret, int leastMacBytes = 0)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (secret.IsEmpty || (leastMacBytes != 0 && leastMacBytes < LeastAllowed(algorithm)))
        {
            throw new ArgumentException($"A key has a secret, and takes signatures of at least {LeastAllowed(algorithm)} bytes.");
        }

        Name = name.ToLower();
        Algorithm = algorithm;
        LeastMacBytes = leastMacBytes == 0 ? algorithm.MacBytes() : Math.Min(leastMacBytes, algorithm.MacBytes());
        _secret = secret.ToArray();
    }

    /// <summary>Gets the name, in lower case.</summary>
    public DomainName Name { get; }

    /// <summary>Gets the algorithm.</summary>
    public TsigAlgorithm Algorithm { get; }

    /// <summary>Gets how long a signature must be to be taken.</summary>
    public int LeastMacBytes { get; }

    internal ReadOnlySpan<byte> Secret => _secret;

    /// <summary>Prints the name and the algorithm.</summary>
    public override string ToString() => $"{Name} ({Algorithm.Name()})";

    // RFC 8945 §5.2.2.1: at least 10 bytes, and at least half of the whole.
    internal static int LeastAllowed(TsigAlgorithm algorithm) => Math.Max(10, algorithm.MacBytes() / 2);
}
