using System.Buffers.Binary;
using System.Globalization;
using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones.Checks;

/// <summary>Looks at what a zone's own name must have.</summary>
internal static class ApexCheck
{
    private const uint Day = 86_400;

    public static void Run(ZoneCheck check, Zone zone)
    {
        ZoneNode apex = zone[0];
        // RFC 1035 §5.2: exactly one SOA at the top of the zone.
        if (!apex.TryFind(DnsType.SOA, out ZoneRecordSet soa) || soa.Count == 0)
        {
            check.Tell(ZoneRule.SoaMissing, apex);
        }
        else if (soa.Count > 1)
        {
            check.Tell(ZoneRule.SoaMultiple, apex, soa, soa.Count.ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            CheckSoa(check, apex, soa);
        }

        // RFC 1034 §4.2.1: the zone's own name servers are part of it.
        if (!apex.TryFind(DnsType.NS, out ZoneRecordSet servers) || servers.Count == 0)
        {
            check.Tell(ZoneRule.NsMissing, apex);
        }

        // RFC 4035 §2.4.
        if (apex.TryFind(DnsType.DS, out ZoneRecordSet ds) && ds.Count > 0)
        {
            check.Tell(ZoneRule.DsAtApex, apex, ds);
        }
    }

    private static void CheckSoa(ZoneCheck check, ZoneNode apex, ZoneRecordSet soa)
    {
        ZoneRecords records = soa.Records;
        records.MoveNext();
        ReadOnlySpan<byte> rdata = records.Current;
        WireName.Measure(rdata, out int serverBytes);
        ReadOnlySpan<byte> mailbox = rdata[serverBytes..^20];
        // RFC 1035 §3.3.13: the first label is what stands before the at sign.
        if (mailbox.Length == 1 || mailbox.Slice(1, mailbox[0]).Contains((byte)'@'))
        {
            check.Tell(ZoneRule.MailboxOdd, apex, soa, ZoneCheck.Print(mailbox));
        }

        uint refresh = Number(rdata[^16..]), retry = Number(rdata[^12..]), expire = Number(rdata[^8..]), minimum = Number(rdata[^4..]);
        // RFC 1912 §2.2: retry is a fraction of refresh; a secondary that expires before it has asked twice is no help.
        if (refresh == 0 || retry == 0 || retry > refresh)
        {
            check.Tell(ZoneRule.SoaTimersOdd, apex, soa, $"refresh {refresh}, retry {retry}");
        }
        else if (expire < (ulong)refresh + retry)
        {
            check.Tell(ZoneRule.SoaTimersOdd, apex, soa, $"expire {expire} is less than refresh {refresh} and retry {retry}");
        }

        // RFC 2308 §5: values of one to three hours work well, more than one day has been found to be problematic.
        if (minimum > Day)
        {
            check.Tell(ZoneRule.SoaTimersOdd, apex, soa, $"that something does not exist would be kept for {minimum} s");
        }
    }

    private static uint Number(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
