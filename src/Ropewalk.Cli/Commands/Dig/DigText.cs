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
internal sealed class DigText(TextWriter output) : IDigOutput
{
    /// <summary>Gets or sets what was asked, which is shown before the first answer.</summary>
    public string Greeting { get; set; } = "";

    /// <summary>Shows what was asked, unless that has been done.</summary>
    public void ShowGreeting()
    {
        output.Write(Greeting);
        Greeting = "";
    }

    /// <inheritdoc/>
    public void ShowQuery(DigRequest request, DnsMessage query, EndpointSpec server, bool isStream, DateTimeOffset now)
    {
        if (request.IsShort)
        {
            return;
        }

        ShowGreeting();
        if (request.Parts.HasFlag(DigParts.Comments))
        {
            output.WriteLine(";; Sending:");
            WriteHeader(query, isAnswer: false);
            WriteOpt(query, isAnswer: false);
        }

        WriteQuestion(request, query);
        if (request.Parts.HasFlag(DigParts.Statistics))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $";; QUERY SIZE: {query.SizeBytes}"));
            output.WriteLine();
        }
    }

    /// <inheritdoc/>
    public void Show(DigRequest request, DnsReply reply, DateTimeOffset now)
    {
        ShowGreeting();
        DnsMessage answer = reply.Message;
        if (reply.Violation != DnsViolation.None && !request.TakesMalformed)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $";; Got bad packet: {reply.Violation}"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answer.SizeBytes} bytes"));
            return;
        }

        if (request.IsShort)
        {
            WriteShort(request, reply);
            return;
        }

        if (reply.Violation != DnsViolation.None)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $";; Warning: Message parser reports malformed message packet. ({reply.Violation})"));
        }

        if (request.Parts.HasFlag(DigParts.Comments))
        {
            output.WriteLine(";; Got answer:");
            WriteHeader(answer, isAnswer: true);
            WriteOpt(answer, isAnswer: true);
        }

        WriteQuestion(request, answer);
        WriteSections(request, answer);
        if (request.Parts.HasFlag(DigParts.Statistics))
        {
            WriteStatistics(request, reply.Elapsed, reply.Server, reply.Transport, now);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $";; MSG SIZE  rcvd: {answer.SizeBytes}"));
            if (reply.Signature is not (DnsSignature.Unasked or DnsSignature.Good))
            {
                output.WriteLine(";; WARNING -- Some TSIG could not be validated");
            }

            output.WriteLine();
        }
    }

    /// <inheritdoc/>
    public void Say(DigRequest request, string line)
    {
        if (request.Parts.HasFlag(DigParts.Comments) && !request.IsShort)
        {
            output.WriteLine($";; {line}");
        }
    }

    /// <inheritdoc/>
    public void Warn(DigRequest request, string line) => output.WriteLine($";; {line}");

    /// <inheritdoc/>
    public void Fail(DigRequest request, string line)
    {
        ShowGreeting();
        output.WriteLine($";; {line}");
    }

    /// <summary>Writes one record.</summary>
    public void Write(DigRequest request, ResourceRecord record) => output.WriteLine(new DigRecordText(request).Line(record));

    /// <summary>Writes what a server on the way to a name has said.</summary>
    public void WriteStep(DigRequest request, DnsReply reply, string? name)
    {
        foreach (ResourceRecord record in reply.Message.Answers.Concat(reply.Message.Authorities))
        {
            Write(request, record);
        }

        if (request.Parts.HasFlag(DigParts.Statistics))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $";; Received {reply.Message.SizeBytes} bytes from {AddressText(reply.Server)}({name ?? reply.Server.Host}) in {ElapsedText(request, reply.Elapsed, "ms", "us")}"));
            output.WriteLine();
        }
    }

    /// <summary>Writes what a transfer was like.</summary>
    public void WriteStatistics(DigRequest request, ZoneTransfer transfer, EndpointSpec server, DateTimeOffset now)
    {
        if (!request.IsShort && request.Parts.HasFlag(DigParts.Statistics))
        {
            WriteStatistics(request, transfer.Elapsed, server, server.Scheme == "tls" ? DnsTransport.Tls : DnsTransport.Tcp, now);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $";; XFR size: {transfer.Records} records (messages {transfer.Messages}, bytes {transfer.Bytes})"));
            output.WriteLine();
        }
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

    /// <summary>Names an opcode.</summary>
    public static string OpcodeText(DnsOpcode opcode) => opcode switch
    {
        DnsOpcode.InverseQuery => "IQUERY",
        DnsOpcode.Query or DnsOpcode.Status or DnsOpcode.Notify or DnsOpcode.Update => opcode.ToString().ToUpperInvariant(),
        _ => string.Create(CultureInfo.InvariantCulture, $"RESERVED{(int)opcode}"),
    };

    /// <summary>Names a server as dig does: address, number sign, port.</summary>
    public static string AddressText(EndpointSpec server) => server.Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"{server.Host}#{port}") : server.ToString();

    /// <summary>Names a server as dig does: address, number sign, port, and the name in parentheses.</summary>
    public static string ServerText(EndpointSpec server) => server.Port is null ? server.ToString() : $"{AddressText(server)}({server.Host})";

    private void WriteShort(DigRequest request, DnsReply reply)
    {
        DigRecordText text = new(request);
        string by = request.Identifies ? string.Create(CultureInfo.InvariantCulture, $" from server {reply.Server.Host} in {ElapsedText(request, reply.Elapsed, "ms", "us")}.") : "";
        foreach (ResourceRecord record in reply.Message.Answers)
        {
            output.WriteLine($"{text.Rdata(record)}{by}");
        }
    }

    private void WriteHeader(DnsMessage message, bool isAnswer)
    {
        DnsHeader header = message.Header;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $";; ->>HEADER<<- opcode: {OpcodeText(header.Opcode)}, status: {message.ResponseCode.Mnemonic()}, id: {header.Id}"));
        string unknown = (header.Bits & 0x0040) == 0 ? "" : " MBZ: 0x4;";
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $";; flags:{string.Concat(FlagsOf(header).Select(flag => $" {flag}"))};{unknown} QUERY: {header.QuestionCount}, ANSWER: {header.AnswerCount}, AUTHORITY: {header.AuthorityCount}, ADDITIONAL: {header.AdditionalCount}"));
        if (isAnswer && header.RecursionDesired && !header.RecursionAvailable)
        {
            output.WriteLine(";; WARNING: recursion requested but not available");
        }

        output.WriteLine();
    }

    private void WriteOpt(DnsMessage message, bool isAnswer)
    {
        if (message.Opt is not { } opt)
        {
            return;
        }

        output.WriteLine(";; OPT PSEUDOSECTION:");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"; EDNS: version: {opt.Version}, flags:{(opt.DnssecOk ? " do" : "")}; udp: {opt.DatagramBytes}"));
        foreach (OptOption option in opt.Options)
        {
            output.WriteLine($"; {DigEdnsText.Of(option, isAnswer)}");
        }
    }

    private void WriteQuestion(DigRequest request, DnsMessage message)
    {
        if (!request.Parts.HasFlag(DigParts.Question) || message.Questions.Count == 0)
        {
            return;
        }

        if (request.Parts.HasFlag(DigParts.Comments))
        {
            output.WriteLine(";; QUESTION SECTION:");
        }

        DigColumns columns = DigColumns.Of(request);
        // As dig: a question always has its class.
        foreach (DnsQuestion question in message.Questions)
        {
            StringBuilder line = new(question.Name.ToString());
            int column = DigColumns.Put(line, line.Length, columns.Class, question.Class.Mnemonic());
            DigColumns.Put(line, column, columns.Type, question.Type.Mnemonic());
            output.WriteLine($";{line}");
        }

        EndSection(request);
    }

    private void WriteSections(DigRequest request, DnsMessage answer)
    {
        WriteSection(request, DigParts.Answer, "ANSWER ", answer.Answers);
        WriteSection(request, DigParts.Authority, "AUTHORITY ", answer.Authorities);
        WriteSection(request, DigParts.Additional, "ADDITIONAL ", answer.Additionals.Where(record => record.Type != DnsType.TSIG));
        WriteSection(request, DigParts.Additional, "TSIG PSEUDO", answer.Additionals.Where(record => record.Type == DnsType.TSIG));
    }

    private void WriteSection(DigRequest request, DigParts part, string name, IEnumerable<ResourceRecord> records)
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
            Write(request, record);
        }

        EndSection(request);
    }

    private void EndSection(DigRequest request)
    {
        if (request.Parts.HasFlag(DigParts.Comments))
        {
            output.WriteLine();
        }
    }

    private void WriteStatistics(DigRequest request, TimeSpan elapsed, EndpointSpec server, DnsTransport transport, DateTimeOffset now)
    {
        output.WriteLine($";; Query time: {ElapsedText(request, elapsed, "msec", "usec")}");
        output.WriteLine($";; SERVER: {ServerText(server)} ({transport.ToString().ToUpperInvariant()})");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $";; WHEN: {now.UtcDateTime:ddd MMM dd HH:mm:ss} UTC {now.UtcDateTime:yyyy}"));
    }

    private static string ElapsedText(DigRequest request, TimeSpan elapsed, string milliseconds, string microseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)(request.HasMicroseconds ? elapsed.TotalMicroseconds : elapsed.TotalMilliseconds)} {(request.HasMicroseconds ? microseconds : milliseconds)}");
}
