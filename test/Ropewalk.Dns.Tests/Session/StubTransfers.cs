using System.Buffers.Binary;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Tests.Session;

/// <summary>Takes each message whose flags say AXFR by a lone bit for a request, and sends so many messages of so many bytes.</summary>
internal sealed class StubTransfers(int messages, int messageBytes = 100) : ITransferSource
{
    /// <summary>Gets how many transfers have not been disposed of.</summary>
    public int Open { get; private set; }

    /// <summary>Gets or sets the message that cannot be made, from 0.</summary>
    public int Broken { get; set; } = -1;

    /// <summary>Gets or sets what each request is refused with.</summary>
    public DnsResponseCode Refusal { get; set; }

    public DateTimeOffset LastTime { get; private set; }

    public int Written { get; private set; }

    public static byte[] Ask(ushort id) => Session.Messages.Query(id, type: DnsType.AXFR);

    public TransferStart Begin(ReadOnlySpan<byte> message, in MessageOrigin origin, Span<byte> response)
    {
        if (message[^3] != (byte)DnsType.AXFR)
        {
            return TransferStart.NotAsked;
        }

        if (Refusal != DnsResponseCode.NoError)
        {
            new DnsHeader(BinaryPrimitives.ReadUInt16BigEndian(message), 0x8005).Encode(response);
            return new(true, DnsLimits.HeaderBytes, ResponseCode: Refusal);
        }

        Open++;
        return new(true, 0, new Transfer(this, BinaryPrimitives.ReadUInt16BigEndian(message)));
    }

    private sealed class Transfer(StubTransfers source, ushort id) : ITransfer
    {
        private bool _isDisposed;
        private int _written;

        public DomainName Zone => DomainName.Root;

        public uint Serial => 1;

        public DnsType Type => DnsType.AXFR;

        public DomainName? KeyName => null;

        public long ByteCount => _written * (long)source.MessageBytes;

        public long RecordCount => _written;

        public bool IsComplete => _written == source.Messages;

        public int Write(Span<byte> message, DateTimeOffset now)
        {
            Assert.False(_isDisposed);
            Assert.False(IsComplete);
            source.LastTime = now;
            source.Written++;
            if (_written == source.Broken)
            {
                return 0;
            }

            message[..source.MessageBytes].Clear();
            new DnsHeader(id, 0x8000).Encode(message);
            message[12] = (byte)_written++;
            return source.MessageBytes;
        }

        public void Dispose()
        {
            Assert.False(_isDisposed);
            _isDisposed = true;
            source.Open--;
        }
    }

    private int Messages { get; } = messages;

    private int MessageBytes { get; } = messageBytes;
}
