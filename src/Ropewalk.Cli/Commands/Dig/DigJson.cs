using System.Text;
using System.Text.Json;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Endpoints;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Writes answers as JSON: one object a line. Names and rdata are texts as a master file has them. What is no answer goes to standard error.</summary>
internal sealed class DigJson(TextWriter output, TextWriter error) : IDigOutput
{
    /// <inheritdoc/>
    public void ShowQuery(DigRequest request, DnsMessage query, EndpointSpec server, bool isStream, DateTimeOffset now)
    {
        // What is asked is in each answer.
    }

    /// <inheritdoc/>
    public void Show(DigRequest request, DnsReply reply, DateTimeOffset now) => output.WriteLine(Write(reply));

    /// <inheritdoc/>
    public void Say(DigRequest request, string line) => error.WriteLine($";; {line}");

    /// <inheritdoc/>
    public void Warn(DigRequest request, string line) => error.WriteLine($";; {line}");

    /// <inheritdoc/>
    public void Fail(DigRequest request, string line) => error.WriteLine($";; {line}");

    /// <summary>Writes a record.</summary>
    public static string Write(ResourceRecord record) => Write(json => WriteFields(json, record));

    private static string Write(DnsReply reply) => Write(json =>
    {
        DnsMessage answer = reply.Message;
        json.WriteString("server", reply.Server.ToString());
        json.WriteString("transport", reply.Transport.ToString().ToLowerInvariant());
        json.WriteNumber("milliseconds", (long)reply.Elapsed.TotalMilliseconds);
        json.WriteNumber("bytes", answer.SizeBytes);
        json.WriteNumber("id", answer.Header.Id);
        json.WriteString("status", answer.ResponseCode.Mnemonic());
        json.WriteStartArray("flags");
        foreach (string flag in DigText.FlagsOf(answer.Header))
        {
            json.WriteStringValue(flag);
        }

        json.WriteEndArray();
        if (reply.Signature != DnsSignature.Unasked)
        {
            json.WriteString("signature", reply.Signature.ToString());
        }

        if (reply.Violation != DnsViolation.None)
        {
            json.WriteString("malformed", reply.Violation.ToString());
        }

        WriteOpt(json, answer.Opt);
        json.WriteStartArray("question");
        foreach (DnsQuestion question in answer.Questions)
        {
            json.WriteStartObject();
            json.WriteString("name", question.Name.ToString());
            json.WriteString("class", question.Class.Mnemonic());
            json.WriteString("type", question.Type.Mnemonic());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteSection(json, "answer", answer.Answers);
        WriteSection(json, "authority", answer.Authorities);
        WriteSection(json, "additional", answer.Additionals);
    });

    private static string Write(Action<Utf8JsonWriter> fields)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private static void WriteOpt(Utf8JsonWriter json, OptRecord? opt)
    {
        if (opt is null)
        {
            return;
        }

        json.WriteStartObject("edns");
        json.WriteNumber("version", opt.Version);
        json.WriteBoolean("do", opt.DnssecOk);
        json.WriteNumber("udp", opt.DatagramBytes);
        json.WriteStartArray("options");
        foreach (OptOption option in opt.Options)
        {
            json.WriteStartObject();
            json.WriteNumber("code", (ushort)option.Code);
            json.WriteString("hex", option.Value.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSection(Utf8JsonWriter json, string name, IEnumerable<ResourceRecord> records)
    {
        json.WriteStartArray(name);
        foreach (ResourceRecord record in records)
        {
            json.WriteStartObject();
            WriteFields(json, record);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFields(Utf8JsonWriter json, ResourceRecord record)
    {
        json.WriteString("name", record.Owner.ToString());
        json.WriteNumber("ttl", (long)record.Ttl.TotalSeconds);
        json.WriteString("class", record.Class.Mnemonic());
        json.WriteString("type", record.Type.Mnemonic());
        json.WriteString("data", record.Rdata.ToString());
    }
}
