using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Dns.Session;

/// <summary>Is what was asked for by a request for a transfer that was refused. All of it is the stranger's own words, but the reason.</summary>
/// <param name="Zone">The zone; the root where the name could not be read.</param>
/// <param name="Type">AXFR or IXFR.</param>
/// <param name="KeyName">The key's name in the request; null where it is not signed, or that could not be read.</param>
/// <param name="Reason">Why it was refused.</param>
public sealed record RefusedTransfer(DomainName Zone, DnsType Type, DomainName? KeyName, TransferRefusal Reason)
{
    /// <summary>Reads a request again, whose refusal is to be told: the others, however many, cost nothing more.</summary>
    internal static RefusedTransfer Of(ReadOnlySpan<byte> message, TransferRefusal reason)
    {
        if (!TransferRequest.TryRead(message, out TransferRequest request))
        {
            return new(DomainName.Root, DnsType.AXFR, null, reason);
        }

        DomainName? key = null;
        Span<byte> name = stackalloc byte[DnsLimits.NameBytes];
        if (TsigView.Find(message, out TsigView tsig, out bool isSigned) == DnsViolation.None && isSigned && tsig.CopyKeyName(name, out int length) == DnsViolation.None)
        {
            key = DomainName.Of(name[..length]);
        }

        return new(request.Name.IsEmpty ? DomainName.Root : DomainName.Of(request.Name), request.Type, key, reason);
    }
}
