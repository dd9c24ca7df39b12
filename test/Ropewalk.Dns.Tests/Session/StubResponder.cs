using System.Buffers.Binary;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Tests.Session;

/// <summary>Answers with the message itself, QR set, and as many bytes behind it as it is told; and keeps what it was told of the last one's origin.</summary>
internal sealed class StubResponder(int extraBytes = 0) : IMessageResponder
{
    public MessageOrigin Origin { get; private set; }

    public int Count { get; private set; }

    /// <summary>Gets or sets the number of a message that gets no answer.</summary>
    public ushort? Unanswered { get; set; }

    public int Respond(ReadOnlySpan<byte> message, in MessageOrigin origin, Span<byte> response)
    {
        Assert.Equal(DnsLimits.MessageBytes, response.Length);
        Origin = origin;
        Count++;
        if (BinaryPrimitives.ReadUInt16BigEndian(message) == Unanswered)
        {
            return 0;
        }

        message.CopyTo(response);
        response[2] |= 0x80;
        response.Slice(message.Length, extraBytes).Fill(0xee);
        return message.Length + extraBytes;
    }
}
