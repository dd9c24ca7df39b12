using System.Text;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Zones;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Is an answer as answers are compared: records as lines, in lower case, the OPT record left out.</summary>
internal sealed record DnsTestAnswer(DnsResponseCode Code, bool IsAuthoritative, bool IsTruncated, bool DnssecOk, int Bytes, string[] Answer, string[] Authority, string[] Additional)
{
    public static DnsTestAnswer Read(byte[] message)
    {
        Assert.Equal(DnsViolation.None, EdnsView.Find(message, out EdnsView edns, out bool hasEdns));
        Assert.Equal(DnsViolation.None, DnsMessageReader.Begin(message, out DnsMessageReader reader));
        DnsHeader header = reader.Header;
        List<string>[] sections = [[], [], [], []];
        while (reader.TryReadRecord(out DnsRecordView view, out DnsViolation violation))
        {
            Assert.Equal(DnsViolation.None, violation);
            if (view.Type != DnsType.OPT)
            {
                Assert.Equal(DnsViolation.None, ResourceRecord.Decode(view, out ResourceRecord? record));
                sections[(int)view.Section].Add(Normalize(record!));
            }
        }

        return new(
            hasEdns ? edns.ResponseCode(header) : header.ResponseCode, header.IsAuthoritative, header.IsTruncated, hasEdns && edns.DnssecOk, message.Length, [.. sections[1]], [.. sections[2]], [.. sections[3]]);
    }

    public static string OwnerOf(string record) => record[..record.IndexOf(' ', StringComparison.Ordinal)];

    public static string TypeOf(string record) => record.Split(' ', 5)[3];

    /// <summary>Gets all records of a zone, as they are compared.</summary>
    public static IReadOnlyList<string> RecordsOf(Zone zone)
    {
        List<string> lines = [];
        for (int node = 0; node < zone.NodeCount; node++)
        {
            DomainName.Decode(zone[node].Owner, out DomainName? owner);
            for (int i = 0; i < zone[node].SetCount; i++)
            {
                ZoneRecordSet set = zone[node][i];
                foreach (ReadOnlySpan<byte> rdata in set)
                {
                    lines.Add(Line(owner!, set.Type, set.Ttl, rdata));
                }

                ZoneRecords signatures = set.Signatures;
                while (signatures.MoveNext())
                {
                    lines.Add(Line(owner!, DnsType.RRSIG, signatures.Ttl, signatures.Current));
                }
            }
        }

        return lines;
    }

    private static string Line(DomainName owner, DnsType type, uint ttl, ReadOnlySpan<byte> rdata)
    {
        Assert.Equal(DnsViolation.None, RecordFormat.Of(type).Create(rdata, out Rdata? typed));
        return Normalize(new ResourceRecord(owner, DnsClass.IN, TimeSpan.FromSeconds(ttl), typed!));
    }

    private static string Normalize(ResourceRecord record) => string.Join(' ', record.ToString().ToLowerInvariant().Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Gets the aliases in their order.</summary>
    public static IEnumerable<string> Chain(IEnumerable<string> records) => records.Where(record => TypeOf(record) is "cname" or "dname");

    /// <summary>Prints it, keys and signatures shortened.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{Code.Mnemonic()}{(IsAuthoritative ? " aa" : "")}{(IsTruncated ? " tc" : "")}{(DnssecOk ? " do" : "")} {Bytes} bytes\n");
        foreach ((string title, string[] records) in new[] { ("answer", Answer), ("authority", Authority), ("additional", Additional) })
        {
            text.AppendJoin("", records.Select(record => $"  {title} {(record.Length > 160 ? record[..160] + "…" : record)}\n"));
        }

        return text.ToString();
    }
}
