using System.Globalization;
using System.Net.Sockets;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Endpoints;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Writes messages as dig's YAML does. What is no message goes to standard error.</summary>
internal sealed class DigYaml(TextWriter output, TextWriter error) : IDigOutput
{
    /// <inheritdoc/>
    public void ShowQuery(DigRequest request, DnsMessage query, EndpointSpec server, bool isStream, DateTimeOffset now)
    {
        WriteHead(query.Header.RecursionDesired ? "RECURSIVE_QUERY" : "AUTH_QUERY", now, null, query.SizeBytes, server, isStream);
        output.WriteLine("    query_message_data:");
        WriteMessage(request, query, isAnswer: false);
    }

    /// <inheritdoc/>
    public void Show(DigRequest request, DnsReply reply, DateTimeOffset now)
    {
        WriteHead(reply.Message.Header.RecursionDesired && reply.Message.Header.RecursionAvailable ? "RECURSIVE_RESPONSE" : "AUTH_RESPONSE", now - reply.Elapsed, now, reply.Message.SizeBytes, reply.Server, reply.Transport != DnsTransport.Udp);
        output.WriteLine("    response_message_data:");
        WriteMessage(request, reply.Message, isAnswer: true);
    }

    /// <inheritdoc/>
    public void Say(DigRequest request, string line) => error.WriteLine($";; {line}");

    /// <inheritdoc/>
    public void Warn(DigRequest request, string line) => error.WriteLine($";; {line}");

    /// <inheritdoc/>
    public void Fail(DigRequest request, string line)
    {
        output.WriteLine("- type: DIG_ERROR");
        output.WriteLine("  message: |");
        output.WriteLine($"    {line}");
    }

    private void WriteHead(string type, DateTimeOffset asked, DateTimeOffset? answered, int bytes, EndpointSpec server, bool isStream)
    {
        output.WriteLine("- type: MESSAGE");
        output.WriteLine("  message:");
        output.WriteLine($"    type: {type}");
        output.WriteLine($"    query_time: !!timestamp {Time(asked)}");
        if (answered is { } time)
        {
            output.WriteLine($"    response_time: !!timestamp {Time(time)}");
        }

        bool isIPv6 = server.Address?.AddressFamily == AddressFamily.InterNetworkV6;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    message_size: {bytes}b"));
        output.WriteLine($"    socket_family: {(isIPv6 ? "INET6" : "INET")}");
        output.WriteLine($"    socket_protocol: {(isStream ? "TCP" : "UDP")}");
        output.WriteLine($"    response_address: \"{server.Host}\"");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    response_port: {server.Port}"));
        output.WriteLine($"    query_address: \"{(isIPv6 ? "::" : "0.0.0.0")}\"");
        output.WriteLine("    query_port: 0");
    }

    private void WriteMessage(DigRequest request, DnsMessage message, bool isAnswer)
    {
        DnsHeader header = message.Header;
        output.WriteLine($"      opcode: {DigText.OpcodeText(header.Opcode)}");
        output.WriteLine($"      status: {message.ResponseCode.Mnemonic()}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"      id: {header.Id}"));
        output.WriteLine($"      flags:{string.Concat(DigText.FlagsOf(header).Select(flag => $" {flag}"))}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"      QUESTION: {header.QuestionCount}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"      ANSWER: {header.AnswerCount}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"      AUTHORITY: {header.AuthorityCount}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"      ADDITIONAL: {header.AdditionalCount}"));
        if (message.Opt is { } opt)
        {
            output.WriteLine("      OPT_PSEUDOSECTION:");
            output.WriteLine("        EDNS:");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"          version: {opt.Version}"));
            output.WriteLine($"          flags:{(opt.DnssecOk ? " do" : "")}");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"          udp: {opt.DatagramBytes}"));
            foreach (OptOption option in opt.Options)
            {
                output.WriteLine($"          {Pair(DigEdnsText.Of(option, isAnswer))}");
            }
        }

        WriteSection("QUESTION", message.Questions.Select(question => $"{question.Name} {question.Class.Mnemonic()} {question.Type.Mnemonic()}"));
        WriteSection("ANSWER", message.Answers.Select(Line));
        WriteSection("AUTHORITY", message.Authorities.Select(Line));
        WriteSection("ADDITIONAL", message.Additionals.Select(Line));

        string Line(ResourceRecord record)
        {
            DigRecordText text = new(request with { IsMultiline = false });
            return $"{record.Owner} {text.TtlText(record)} {record.Class.Mnemonic()} {record.Type.Mnemonic()} {text.Rdata(record)}";
        }
    }

    private void WriteSection(string name, IEnumerable<string> lines)
    {
        string[] all = [.. lines];
        if (all.Length > 0)
        {
            output.WriteLine($"      {name}_SECTION:");
        }

        foreach (string line in all)
        {
            // A quote within quotes is two.
            output.WriteLine($"        - '{line.Replace("'", "''", StringComparison.Ordinal)}'");
        }
    }

    // A key and its value, which a server may have chosen: quoted where it would be read as something else.
    private static string Pair(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string key = colon < 0 ? text : text[..colon], value = colon < 0 ? "" : text[(colon + 1)..].Trim();
        return value.Contains(": ", StringComparison.Ordinal) || value.Contains(" #", StringComparison.Ordinal) || value.EndsWith(':')
            ? $"{key}: '{value.Replace("'", "''", StringComparison.Ordinal)}'"
            : value.Length == 0 ? $"{key}:" : $"{key}: {value}";
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
