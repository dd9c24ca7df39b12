using System.Globalization;
using System.Text;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Endpoints;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Shows answers in dig's layout, column for column, for the eyes and the scripts that know it.</summary>
internal sealed class DigText(DigRequest request, TextWriter output)
{
    // The columns of TTL, class, type and rdata.
    private const int TtlColumn = 24;
    private const int ClassColumn = 32;
    private const int TypeColumn = 40;
    private const int RdataColumn = 48;
    private const int TabWidth = 8;

    /// <summary>Writes what was asked.</summary>
    public void WriteCommand(IEnumerable<string> args, string version, int servers)
    {
        if (request.IsShort || !request.Parts.HasFlag(DigParts.Command))
        {
            return;
        }

        output.WriteLine();
        output.WriteLine($"; <<>> ropewalk dig {version} <<>> {string.Join(' ', Hide(args))}");
        if (request.Server is not null)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"; ({servers} server{(servers == 1 ? "" : "s")} found)"));
        }

        output.WriteLine(";; global options: +cmd");
    }

    /// <summary>Writes an answer.</summary>
    public void Write(DnsExchange exchange, DateTimeOffset now)
    {
        DnsMessage answer = exchange.Answer;
        if (request.IsShort)
        {
            foreach (ResourceRecord record in answer.Answers)
            {
                output.WriteLine(RdataText(record));
            }

            return;
        }

        if (request.Parts.HasFlag(DigParts.Comments))
        {
            WriteHeader(answer);
            WriteOpt(answer);
        }

        WriteQuestion(answer);
        WriteSection(DigParts.Answer, "ANSWER ", answer.Answers);
        WriteSection(DigParts.Authority, "AUTHORITY ", answer.Authorities);
        WriteSection(DigParts.Additional, "ADDITIONAL ", answer.Additionals.Where(record => record.Type != DnsType.TSIG));
        WriteSection(DigParts.Additional, "TSIG PSEUDO", answer.Additionals.Where(record => record.Type == DnsType.TSIG));
        if (request.Parts.HasFlag(DigParts.Statistics))
        {
            WriteStatistics(exchange.Elapsed, exchange.Server, exchange.Transport, now);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $";; MSG SIZE  rcvd: {answer.SizeBytes}"));
            output.WriteLine();
        }
    }

    /// <summary>Writes one record as a line.</summary>
    public void Write(ResourceRecord record)
    {
        StringBuilder line = new();
        line.Append(record.Owner);
        (int ttlColumn, int classColumn, int typeColumn, int rdataColumn) = (request.HasTtl, request.HasClass) switch
        {
            (true, true) => (TtlColumn, ClassColumn, TypeColumn, RdataColumn),
            (false, false) => (TtlColumn, TtlColumn, TtlColumn, ClassColumn),
            _ => (TtlColumn, request.HasTtl ? ClassColumn : TtlColumn, ClassColumn, TypeColumn),
        };
        int column = line.Length;
        if (request.HasTtl)
        {
            column = Put(line, column, ttlColumn, ((long)record.Ttl.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        }

        if (request.HasClass)
        {
            column = Put(line, column, classColumn, record.Class.Mnemonic());
        }

        column = Put(line, column, typeColumn, record.Type.Mnemonic());
        Put(line, column, rdataColumn, RdataText(record));
        output.WriteLine(line);
    }

    /// <summary>Writes rdata as dig does: a long key, digest or signature at the end in groups.</summary>
    public string RdataText(ResourceRecord record)
    {
        string text = record.Rdata.ToString();
        int begin = text.LastIndexOf(' ') + 1, width = request.SplitWidth;
        return width > 0 && text.Length - begin > width && (record.Rdata is UnknownRecord || EndsInBytes(record.Type))
            ? string.Concat(text.AsSpan(0, begin), string.Join(' ', text[begin..].Chunk(width).Select(group => new string(group))))
            : text;
    }

    /// <summary>Writes what a transfer was like.</summary>
    public void WriteStatistics(ZoneTransfer transfer, EndpointSpec server, DateTimeOffset now)
    {
        if (!request.IsShort && request.Parts.HasFlag(DigParts.Statistics))
        {
            WriteStatistics(transfer.Elapsed, server, server.Scheme == "tls" ? DnsTransport.Tls : DnsTransport.Tcp, now);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $";; XFR size: {transfer.Records} records (messages {transfer.Messages}, bytes {transfer.Bytes})"));
            output.WriteLine();
        }
    }

    private void WriteHeader(DnsMessage answer)
    {
        DnsHeader header = answer.Header;
        output.WriteLine(";; Got answer:");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $";; ->>HEADER<<- opcode: {Opcode(header.Opcode)}, status: {answer.ResponseCode.Mnemonic()}, id: {header.Id}"));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $";; flags:{string.Concat(FlagsOf(header).Select(flag => $" {flag}"))}; QUERY: {header.QuestionCount}, ANSWER: {header.AnswerCount}, AUTHORITY: {header.AuthorityCount}, ADDITIONAL: {header.AdditionalCount}"));
        if (header.RecursionDesired && !header.RecursionAvailable)
        {
            output.WriteLine(";; WARNING: recursion requested but not available");
        }

        output.WriteLine();
    }

    /// <summary>Names the flags of a header, in dig's order.</summary>
    public static IEnumerable<string> FlagsOf(DnsHeader header) =>
        ((string Name, bool IsSet)[])
        [
            ("qr", header.IsResponse), ("aa", header.IsAuthoritative), ("tc", header.IsTruncated), ("rd", header.RecursionDesired), ("ra", header.RecursionAvailable), ("ad", header.AuthenticData),
            ("cd", header.CheckingDisabled),
        ] is var flags
            ? flags.Where(flag => flag.IsSet).Select(flag => flag.Name)
            : [];

    private void WriteOpt(DnsMessage answer)
    {
        if (answer.Opt is not { } opt)
        {
            return;
        }

        output.WriteLine(";; OPT PSEUDOSECTION:");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"; EDNS: version: {opt.Version}, flags:{(opt.DnssecOk ? " do" : "")}; udp: {opt.DatagramBytes}"));
        foreach (OptOption option in opt.Options)
        {
            output.WriteLine($"; {OptionText(option)}");
        }
    }

    private void WriteQuestion(DnsMessage answer)
    {
        if (!request.Parts.HasFlag(DigParts.Question) || answer.Questions.Count == 0)
        {
            return;
        }

        if (request.Parts.HasFlag(DigParts.Comments))
        {
            output.WriteLine(";; QUESTION SECTION:");
        }

        foreach (DnsQuestion question in answer.Questions)
        {
            StringBuilder line = new(question.Name.ToString());
            int column = Put(line, line.Length, ClassColumn, question.Class.Mnemonic());
            Put(line, column, TypeColumn, question.Type.Mnemonic());
            output.WriteLine($";{line}");
        }

        EndSection();
    }

    private void WriteSection(DigParts part, string name, IEnumerable<ResourceRecord> records)
    {
        ResourceRecord[] all = [.. records];
        if (!request.Parts.HasFlag(part) || all.Length == 0)
        {
            return;
        }

        if (request.Parts.HasFlag(DigParts.Comments))
        {
            output.WriteLine($";; {name}SECTION:");
        }

        foreach (ResourceRecord record in all)
        {
            Write(record);
        }

        EndSection();
    }

    private void EndSection()
    {
        if (request.Parts.HasFlag(DigParts.Comments))
        {
            output.WriteLine();
        }
    }

    private void WriteStatistics(TimeSpan elapsed, EndpointSpec server, DnsTransport transport, DateTimeOffset now)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $";; Query time: {(long)elapsed.TotalMilliseconds} msec"));
        output.WriteLine($";; SERVER: {ServerText(server)} ({transport.ToString().ToUpperInvariant()})");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $";; WHEN: {now.UtcDateTime:ddd MMM dd HH:mm:ss} UTC {now.UtcDateTime:yyyy}"));
    }

    /// <summary>Names a server as dig does: address, number sign, port.</summary>
    public static string ServerText(EndpointSpec server) =>
        server.Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"{server.Host}#{port}({server.Host})") : server.ToString();

    private static string OptionText(OptOption option) => option.Code switch
    {
        EdnsOptionCode.Cookie => $"COOKIE: {option.Value}{(option.Value.Length > EdnsCookie.ClientBytes ? " (good)" : "")}",
        EdnsOptionCode.Nsid => $"NSID: {string.Join(' ', option.Value.Span.ToArray().Select(value => value.ToString("x2", CultureInfo.InvariantCulture)))} (\"{Printable(option.Value.Span)}\")",
        EdnsOptionCode.Padding => string.Create(CultureInfo.InvariantCulture, $"PAD: ({option.Value.Length} bytes)"),
        EdnsOptionCode.ExtendedError when EdnsExtendedError.Decode(option.Value.Span, out EdnsExtendedError error) == DnsViolation.None =>
            string.Create(CultureInfo.InvariantCulture, $"EDE: {(ushort)error.Code} ({Words(error.Code.ToString())}){(error.Text.IsEmpty ? "" : $": ({Printable(error.Text)})")}"),
        EdnsOptionCode.ClientSubnet when EdnsClientSubnet.Decode(option.Value.Span, out EdnsClientSubnet subnet) == DnsViolation.None =>
            string.Create(CultureInfo.InvariantCulture, $"CLIENT-SUBNET: {AddressText(subnet)}/{subnet.SourcePrefix}/{subnet.ScopePrefix}"),
        EdnsOptionCode.TcpKeepalive when EdnsKeepalive.Decode(option.Value.Span, out TimeSpan? idle) == DnsViolation.None && idle is { } duration =>
            string.Create(CultureInfo.InvariantCulture, $"TCP KEEPALIVE: {duration.TotalSeconds:0.0} secs"),
        _ => string.Create(CultureInfo.InvariantCulture, $"OPT={(ushort)option.Code}: {option.Value}"),
    };

    // Their names in RFC 8914 are these words.
    private static string Words(string name) =>
        string.Concat(name.Select((letter, at) => at > 0 && char.IsUpper(letter) ? $" {letter}" : $"{letter}")).Replace("Dnssec", "DNSSEC", StringComparison.Ordinal).Replace("Dnskey", "DNSKEY", StringComparison.Ordinal)
            .Replace("Name Error", "NXDOMAIN", StringComparison.Ordinal).Replace("Rrsigs", "RRSIGs", StringComparison.Ordinal).Replace("Nsec ", "NSEC ", StringComparison.Ordinal)
            .Replace("Unsupported Key", "Unsupported DNSKEY", StringComparison.Ordinal).Replace("Unsupported Digest", "Unsupported DS Digest Type", StringComparison.Ordinal);

    private static bool EndsInBytes(DnsType type) => type is
        DnsType.DS or DnsType.CDS or DnsType.DLV or DnsType.DNSKEY or DnsType.CDNSKEY or DnsType.KEY or DnsType.RRSIG or DnsType.SIG or DnsType.TLSA or DnsType.SMIMEA or DnsType.SSHFP or DnsType.CERT
        or DnsType.OPENPGPKEY or DnsType.DHCID or DnsType.ZONEMD or DnsType.IPSECKEY;

    private static System.Net.IPAddress AddressText(in EdnsClientSubnet subnet)
    {
        byte[] whole = new byte[subnet.Family == 1 ? 4 : 16];
        subnet.Address.CopyTo(whole);
        return new System.Net.IPAddress(whole);
    }

    // What a server says goes to a terminal: nothing but printable characters.
    private static string Printable(ReadOnlySpan<byte> bytes) =>
        string.Concat(Encoding.UTF8.GetString(bytes).Select(value => char.IsControl(value) || char.IsSurrogate(value) ? '.' : value));

    private static string Opcode(DnsOpcode opcode) => opcode.ToString().ToUpperInvariant();

    // Tabs to a column, and at least a blank.
    private static int Put(StringBuilder line, int column, int to, string text)
    {
        int target = Math.Max(to, column + 1);
        int tabs = (target / TabWidth) - (column / TabWidth);
        line.Append('\t', tabs);
        column = tabs > 0 ? target / TabWidth * TabWidth : column;
        line.Append(' ', target - column).Append(text);
        return target + text.Length;
    }

    // A secret on the command line is not shown again.
    private static IEnumerable<string> Hide(IEnumerable<string> args)
    {
        bool isKey = false;
        foreach (string word in args)
        {
            yield return isKey ? "***" : word.StartsWith("-y", StringComparison.Ordinal) && word.Length > 2 ? "-y***" : word;
            isKey = word == "-y";
        }
    }
}
