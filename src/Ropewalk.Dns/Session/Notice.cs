using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Dns.Session;

/// <summary>Is one notice that waits to be sent or answered.</summary>
internal sealed class Notice(NotifyTarget target, ushort id, long order)
{
    public NotifyTarget Target { get; } = target;

    /// <summary>Gets the message's number: the same each time that it is sent (RFC 1996 §3.6).</summary>
    public ushort Id { get; } = id;

    /// <summary>Gets its place among those that are due at the same time.</summary>
    public long Order { get; } = order;

    /// <summary>Gets or sets the SOA record's TTL and rdata, which are sent as a hint (RFC 1996 §3.7).</summary>
    public (uint Ttl, byte[] Rdata) Soa { get; set; }

    public TsigKey? Key { get; set; }

    /// <summary>Gets or sets what the answer to the last message is checked with.</summary>
    public TsigTransaction? Transaction { get; set; }

    public int Attempts { get; set; }

    public TimeSpan Due { get; set; }

    public DnsHeader Header => new DnsHeader(Id, 0) { Opcode = DnsOpcode.Notify, IsAuthoritative = true };
}
