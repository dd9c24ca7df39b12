using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Client;

/// <summary>Is a question as a scripted server has got it, with the usual answers to it.</summary>
internal sealed record AskedQuestion(byte[] Bytes, DnsMessage Message, PeerAddress Peer, DnsTransport Transport, int Number)
{
    /// <summary>Makes an answer with records; names in the question's own case.</summary>
    public DnsMessage Answer(params string[] records) =>
        new(Message.Header.ToResponse(DnsResponseCode.NoError) with { RecursionAvailable = true }, Message.Questions, [.. records.Select(ResourceRecord.Parse)]);

    public DnsMessage Fail(DnsResponseCode code) => Answer() with { ResponseCode = code };
}
