using System.Text;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;

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
                string[] words = record!.ToString().ToLowerInvariant().Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
                sections[(int)view.Section].Add(string.Join(' ', words));
            }
        }

        return new(
            hasEdns ? edns.ResponseCode(header) : header.ResponseCode, header.IsAuthoritative, header.IsTruncated, hasEdns && edns.DnssecOk, message.Length, [.. sections[1]], [.. sections[2]], [.. sections[3]]);
    }

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
