using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones;

/// <summary>Takes records one by one, as a master file or a transfer brings them.</summary>
public interface IRecordSink
{
    /// <summary>Takes one record. Its bytes are copied.</summary>
    /// <param name="owner">The owner's name in wire form, its case kept.</param>
    /// <param name="type">The type.</param>
    /// <param name="recordClass">The class.</param>
    /// <param name="ttl">For how many seconds it may be kept.</param>
    /// <param name="rdata">The rdata, well-formed and without compressed names.</param>
    /// <param name="position">Where it was read; default if nowhere.</param>
    void Add(scoped ReadOnlySpan<byte> owner, DnsType type, DnsClass recordClass, uint ttl, scoped ReadOnlySpan<byte> rdata, SourcePosition position = default);
}
