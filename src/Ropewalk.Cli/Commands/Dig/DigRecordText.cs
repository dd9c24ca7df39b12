using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Writes records as dig does: in one line, or with <c>+multiline</c> over several with words beside the numbers.</summary>
internal sealed class DigRecordText(DigRequest request)
{
    private const string Break = "\n\t\t\t\t";
    private const int MultilineWidth = 44;

    private static readonly string[] SoaWords = ["serial", "refresh", "retry", "expire", "minimum"];

    // DNSSEC's algorithms (RFC 8624 §3.1) as BIND names them.
    private static readonly Dictionary<int, string> Algorithms = new()
    {
        [1] = "RSAMD5",
        [2] = "DH",
        [3] = "DSA",
        [5] = "RSASHA1",
        [6] = "NSEC3DSA",
        [7] = "NSEC3RSASHA1",
        [8] = "RSASHA256",
        [10] = "RSASHA512",
        [12] = "ECCGOST",
        [13] = "ECDSAP256SHA256",
        [14] = "ECDSAP384SHA384",
        [15] = "ED25519",
        [16] = "ED448",
        [252] = "INDIRECT",
        [253] = "PRIVATEDNS",
        [254] = "PRIVATEOID",
    };

    private bool HasComments => request.HasRecordComments ?? request.IsMultiline;

    /// <summary>Writes a record as a line, or several.</summary>
    public string Line(ResourceRecord record)
    {
        DigColumns columns = DigColumns.Of(request);
        StringBuilder line = new(record.Owner.ToString());
        int column = line.Length;
        if (request.HasTtl)
        {
            column = DigColumns.Put(line, column, columns.Ttl, TtlText(record));
        }

        if (request.HasClass)
        {
            column = DigColumns.Put(line, column, columns.Class, request.IsUnknownForm ? string.Create(CultureInfo.InvariantCulture, $"CLASS{(ushort)record.Class}") : record.Class.Mnemonic());
        }

        column = DigColumns.Put(line, column, columns.Type, request.IsUnknownForm ? string.Create(CultureInfo.InvariantCulture, $"TYPE{(ushort)record.Type}") : record.Type.Mnemonic());
        DigColumns.Put(line, column, columns.Rdata, Rdata(record));
        return line.ToString();
    }

    /// <summary>Writes rdata.</summary>
    public string Rdata(ResourceRecord record)
    {
        string text = request.IsUnknownForm ? Unknown(record.Rdata) : record.Type == DnsType.AAAA && request.ExpandsAaaa ? Expand(record.Rdata) : record.Rdata.ToString();
        // As BIND: a blank behind the length of nothing.
        text = record.Type == DnsType.TSIG && text.EndsWith(" 0", StringComparison.Ordinal) ? text + " " : text;
        string[] words = text.Split(' ');
        bool isUnknown = text.StartsWith("\\# ", StringComparison.Ordinal);
        if (!isUnknown && !request.HasCrypto)
        {
            Hide(record, words);
        }

        return request.IsMultiline ? Multiline(record, words, isUnknown) : OneLine(record, words, isUnknown);
    }

    /// <summary>Writes a TTL.</summary>
    public string TtlText(ResourceRecord record)
    {
        uint seconds = (uint)record.Ttl.TotalSeconds;
        return request.HasTtlUnits ? DigDurations.Short(seconds) : seconds.ToString(CultureInfo.InvariantCulture);
    }

    private string OneLine(ResourceRecord record, string[] words, bool isUnknown)
    {
        int width = request.SplitWidth ?? DigRequest.DefaultSplitWidth;
        if (isUnknown || EndsInBytes(record.Type))
        {
            words[^1] = Group(words[^1], width, " ");
        }

        string comment = !isUnknown && request.HasRecordComments == true ? KeyComment(record) : "";
        return string.Join(' ', words) + (comment.Length > 0 ? $"  {comment}" : "");
    }

    private string Multiline(ResourceRecord record, string[] words, bool isUnknown)
    {
        int width = request.SplitWidth ?? MultilineWidth;
        words[^1] = isUnknown || EndsInBytes(record.Type) || record.Type == DnsType.DHCID ? Group(words[^1], width, Break) : words[^1];
        if (isUnknown)
        {
            return words.Length > 2 ? $"{words[0]} {words[1]} ( {words[2]} )" : string.Join(' ', words);
        }

        switch (record.Type)
        {
            case DnsType.SOA:
                return Soa(words);
            case DnsType.DNSKEY or DnsType.CDNSKEY or DnsType.KEY when words.Length > 3:
                string comment = HasComments ? KeyComment(record) : "";
                return $"{Lead(words, 3)} ({Break}{words[3]}{(comment.Length == 0 ? " )" : record.Type == DnsType.KEY ? $"{Break}){comment}" : $"{Break}) {comment}")}";
            case DnsType.DS or DnsType.CDS or DnsType.DLV or DnsType.TLSA or DnsType.SMIMEA or DnsType.ZONEMD or DnsType.CERT when words.Length > 3:
                return $"{Lead(words, 3)} ({Break}{words[3]} )";
            case DnsType.SSHFP when words.Length > 2:
                return $"{Lead(words, 2)} ({Break}{words[2]} )";
            case DnsType.RRSIG or DnsType.SIG when words.Length > 8:
                return $"{Lead(words, 4)} ({Break}{string.Join(' ', words[4..8])}{Break}{words[8]} )";
            case DnsType.NSEC3 when words.Length > 4:
                return $"{Lead(words, 4)} ({Break}{words[4]}{(words.Length > 5 ? Break + string.Join(' ', words[5..]) : "")} )";
            case DnsType.DHCID:
                return $"( {words[0]} ){DhcidComment(record)}";
            case DnsType.OPENPGPKEY:
                return $"( {words[0]} )";
            case DnsType.HIP when words.Length > 2:
                return $"( {Lead(words, 2)}{Break}{string.Join(Break, words[2..])} )";
            case DnsType.IPSECKEY when words.Length > 4:
                return $"( {Lead(words, 4)}{Break}{words[4]} )";
            case DnsType.TSIG when words.Length > 8:
                return $"{Lead(words, 4)} ({Break}{words[4]} ) {string.Join(' ', words[5..])}";
            default:
                return string.Join(' ', words);
        }
    }

    private string Soa(string[] words)
    {
        StringBuilder text = new($"{Lead(words, 2)} (");
        for (int i = 0; i < SoaWords.Length; i++)
        {
            string number = words[i + 2];
            text.Append(Break).Append(HasComments ? $"{number,-10} ; {SoaWords[i]}{(i == 0 ? "" : $" ({DigDurations.Long(uint.Parse(number, CultureInfo.InvariantCulture))})")}" : number);
        }

        return text.Append(HasComments ? $"{Break})" : ")").ToString();
    }

    private static void Hide(ResourceRecord record, string[] words)
    {
        if (record.Type is DnsType.DNSKEY or DnsType.CDNSKEY or DnsType.KEY && words.Length > 3)
        {
            words[^1] = string.Create(CultureInfo.InvariantCulture, $"[key id = {KeyTag(record.Rdata.Encode())}]");
        }
        else if (record.Type is DnsType.DS or DnsType.CDS or DnsType.DLV or DnsType.ZONEMD or DnsType.OPENPGPKEY or DnsType.RRSIG or DnsType.SIG)
        {
            words[^1] = "[omitted]";
        }
    }

    private static string KeyComment(ResourceRecord record)
    {
        if (record.Type is not (DnsType.DNSKEY or DnsType.CDNSKEY or DnsType.KEY))
        {
            return "";
        }

        byte[] rdata = record.Rdata.Encode();
        ushort flags = BinaryPrimitives.ReadUInt16BigEndian(rdata);
        string algorithm = Algorithms.GetValueOrDefault(rdata[3], rdata[3].ToString(CultureInfo.InvariantCulture));
        string kind = record.Type == DnsType.KEY ? "" : (flags & 1) == 0 ? " ZSK;" : (flags & 0x80) == 0 ? " KSK;" : " revoked KSK;";
        return string.Create(CultureInfo.InvariantCulture, $";{kind} alg = {algorithm} ; key id = {KeyTag(rdata)}");
    }

    // What it identifies, by which digest, and how long that is.
    private static string DhcidComment(ResourceRecord record)
    {
        byte[] rdata = record.Rdata.Encode();
        return rdata.Length > 3 ? string.Create(CultureInfo.InvariantCulture, $" ; {BinaryPrimitives.ReadUInt16BigEndian(rdata)} {rdata[2]} {rdata.Length - 3}") : "";
    }

    // RFC 4034, appendix B: a sum of 16-bit words. As dig since BIND 9.14, of RSA/MD5 too, whose tags were once made otherwise.
    private static ushort KeyTag(ReadOnlySpan<byte> rdata)
    {
        uint sum = 0;
        for (int i = 0; i < rdata.Length; i++)
        {
            sum += i % 2 == 0 ? (uint)rdata[i] << 8 : rdata[i];
        }

        return (ushort)(sum + (sum >> 16));
    }

    private static string Lead(string[] words, int count) => string.Join(' ', words[..count]);

    private static string Group(string text, int width, string between) =>
        width > 0 && text.Length > width ? string.Join(between, text.Chunk(width).Select(group => new string(group))) : text;

    private static string Unknown(Rdata rdata)
    {
        byte[] bytes = rdata.Encode();
        return bytes.Length == 0 ? "\\# 0" : string.Create(CultureInfo.InvariantCulture, $"\\# {bytes.Length} {Convert.ToHexString(bytes)}");
    }

    private static string Expand(Rdata rdata) => string.Join(':', Convert.ToHexStringLower(rdata.Encode()).Chunk(4).Select(group => new string(group)));

    private static bool EndsInBytes(DnsType type) => type is
        DnsType.DS or DnsType.CDS or DnsType.DLV or DnsType.DNSKEY or DnsType.CDNSKEY or DnsType.KEY or DnsType.RRSIG or DnsType.SIG or DnsType.TLSA or DnsType.SMIMEA or DnsType.SSHFP or DnsType.CERT
        or DnsType.OPENPGPKEY or DnsType.ZONEMD or DnsType.IPSECKEY;
}
