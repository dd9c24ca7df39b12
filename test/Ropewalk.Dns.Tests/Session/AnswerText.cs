using System.Net;
using System.Text;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Session;

/// <summary>Asks a responder, and prints what it answers: the result with its flags, then each section's records.</summary>
internal static class AnswerText
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly PeerAddress Peer = new(IPAddress.Parse("192.0.2.99"), 4321);

    /// <summary>Makes a query; the words behind the type are <c>do</c>, <c>edns</c>, <c>rd</c> and <c>size=N</c>.</summary>
    public static byte[] Query(string question)
    {
        string[] words = question.Split(' ');
        byte[] message = new byte[600];
        var writer = new DnsMessageWriter(message);
        Assert.True(DnsTypes.TryParse(words[1], out DnsType type));
        writer.TryWriteQuestion(DomainName.Parse(words[0]).Wire, type, words.Contains("ch") ? DnsClass.CH : DnsClass.IN);
        int size = words.FirstOrDefault(word => word.StartsWith("size=", StringComparison.Ordinal)) is { } text ? int.Parse(text[5..], System.Globalization.CultureInfo.InvariantCulture) : 0;
        if (size > 0 || words.Contains("do") || words.Contains("edns"))
        {
            writer.TryBeginOpt(size > 0 ? size : 1232, dnssecOk: words.Contains("do"));
            writer.EndOpt();
        }

        return message[..writer.Finish(new DnsHeader(4711, 0) { RecursionDesired = words.Contains("rd") })];
    }

    public static string Ask(IMessageResponder responder, string question, DnsTransport transport = DnsTransport.Udp) => Print(Respond(responder, Query(question), transport));

    public static byte[] Respond(IMessageResponder responder, byte[] query, DnsTransport transport = DnsTransport.Udp)
    {
        byte[] response = new byte[transport == DnsTransport.Udp ? 4096 : 65535];
        return response[..responder.Respond(query, new MessageOrigin(Peer, transport, Now), response)];
    }

    public static string Print(byte[] response)
    {
        if (response.Length == 0)
        {
            return "nothing";
        }

        Assert.Equal(DnsViolation.None, EdnsView.Find(response, out EdnsView edns, out bool hasEdns));
        Assert.Equal(DnsViolation.None, DnsMessageReader.Begin(response, out DnsMessageReader reader));
        DnsHeader header = reader.Header;
        Assert.True(header.IsResponse);
        DnsResponseCode code = hasEdns ? edns.ResponseCode(header) : header.ResponseCode;
        var text = new StringBuilder(code.Mnemonic());
        text.Append(header.IsAuthoritative ? " aa" : "").Append(header.IsTruncated ? " tc" : "").Append(header.RecursionDesired ? " rd" : "").Append(hasEdns && edns.DnssecOk ? " do" : "").Append('\n');
        DnsSection last = DnsSection.Question;
        while (reader.TryReadRecord(out DnsRecordView view, out DnsViolation violation))
        {
            Assert.Equal(DnsViolation.None, violation);
            if (view.Type is DnsType.OPT or DnsType.TSIG)
            {
                continue;
            }

            Assert.Equal(DnsViolation.None, ResourceRecord.Decode(view, out ResourceRecord? record));
            if (view.Section != last)
            {
                last = view.Section;
                text.Append(last switch { DnsSection.Answer => "", DnsSection.Authority => "authority\n", _ => "additional\n" });
            }

            text.Append(Shorten(record!.ToString())).Append('\n');
        }

        Assert.Equal(DnsViolation.None, reader.End());
        return text.ToString();
    }

    // Signatures and keys would fill the lines.
    private static string Shorten(string record)
    {
        string[] words = record.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', words[3] == "RRSIG" ? words[..5] : words);
    }
}
