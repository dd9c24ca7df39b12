using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Session;

/// <summary>Looks names up by their wire form where tables are keyed by <see cref="DomainName"/>.</summary>
internal sealed class WireNameComparer : IEqualityComparer<DomainName>, IAlternateEqualityComparer<ReadOnlySpan<byte>, DomainName>
{
    public static WireNameComparer Instance { get; } = new();

    public bool Equals(DomainName? one, DomainName? other) => one == other;

    public int GetHashCode(DomainName name) => GetHashCode(name.Wire);

    public bool Equals(ReadOnlySpan<byte> alternate, DomainName other) => WireName.Equal(alternate, other.Wire);

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        Span<byte> lower = stackalloc byte[DnsLimits.NameBytes];
        WireName.ToLower(alternate, lower);
        HashCode hash = default;
        hash.AddBytes(lower[..alternate.Length]);
        return hash.ToHashCode();
    }

    public DomainName Create(ReadOnlySpan<byte> alternate) => DomainName.Of(alternate);
}
