namespace Ropewalk.Dns.Server.Statistics;

/// <summary>Is one counter of <see cref="HeavyHitters"/>.</summary>
internal struct HeavyHitter
{
    /// <summary>What the key is told apart by.</summary>
    public ulong Hash;

    /// <summary>How often the key came, at most.</summary>
    public long Count;

    /// <summary>By how much <see cref="Count"/> may be too large: what the counter stood at when the key took it over.</summary>
    public long Excess;

    /// <summary>How long the key is.</summary>
    public ushort KeyLength;

    /// <summary>Where in the heap the counter is.</summary>
    public ushort HeapAt;

    /// <summary>The next one with a hash like it: its number and one, or zero.</summary>
    public ushort Next;
}
