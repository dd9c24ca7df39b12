using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Ropewalk.Chat.Irc.Network;

namespace Ropewalk.Chat.Irc.Server;

/// <summary>Is one message in the history's log.</summary>
/// <remarks>
/// <b>Shape</b>: 4 bytes length of what follows the next 4, 4 bytes checksum of it, then time and the channel's registration time (each 8 bytes, milliseconds), 1 byte kind, 1 byte
/// flags, six lengths of 2 bytes (channel, id, source, account, tags, text), and their bytes; little-endian. A record that was cut off, or is damaged, is not one.
/// </remarks>
internal sealed record HistoryRecord(byte[] Channel, DateTimeOffset ChannelRegistered, IrcHistoryKind Kind, DateTimeOffset Time, bool IsBot, byte[] Id, byte[] Source, byte[] Account, byte[] Tags, byte[] Text)
{
    /// <summary>How long a record is at most.</summary>
    public const int MostBytes = PrefixBytes + (64 * 1024);

    private const int PrefixBytes = 8;
    private const int HeadBytes = 8 + 8 + 1 + 1 + (6 * 2);

    /// <summary>Makes the record of a message.</summary>
    public static HistoryRecord Of(IrcKeptMessage message) => new(
        message.Channel.Name, message.ChannelRegistered, message.Kind, message.Time, message.IsBot, message.Id, message.Source, message.Account ?? [], message.ClientTags, message.Text);

    /// <summary>Gives the message as a history takes it.</summary>
    public IrcHistoryMessage ToHistory() => new() { Time = Time, Kind = Kind, IsBot = IsBot, Id = Id, Source = Source, Account = Account, ClientTags = Tags, Text = Text };

    /// <summary>Appends the record.</summary>
    public void Write(List<byte> to)
    {
        byte[][] parts = [Channel, Id, Source, Account, Tags, Text];
        byte[] record = new byte[PrefixBytes + HeadBytes + parts.Sum(part => part.Length)];
        Span<byte> body = record.AsSpan(PrefixBytes);
        BinaryPrimitives.WriteInt64LittleEndian(body, Time.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64LittleEndian(body[8..], ChannelRegistered.ToUnixTimeMilliseconds());
        body[16] = (byte)Kind;
        body[17] = IsBot ? (byte)1 : (byte)0;
        int at = HeadBytes;
        for (int i = 0; i < parts.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(body[(18 + (i * 2))..], (ushort)parts[i].Length);
            parts[i].CopyTo(body[at..]);
            at += parts[i].Length;
        }

        BinaryPrimitives.WriteInt32LittleEndian(record, body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), Checksum(body));
        to.AddRange(record);
    }

    /// <summary>Reads the record at the beginning of some bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="record">The record.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <returns>False if there is none: the log ends here.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out HistoryRecord? record, out int length)
    {
        record = null;
        length = 0;
        if (bytes.Length < PrefixBytes + HeadBytes)
        {
            return false;
        }

        int bodyLength = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (bodyLength is < HeadBytes or > MostBytes - PrefixBytes || bytes.Length < PrefixBytes + bodyLength)
        {
            return false;
        }

        ReadOnlySpan<byte> body = bytes.Slice(PrefixBytes, bodyLength);
        if (Checksum(body) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]))
        {
            return false;
        }

        length = PrefixBytes + bodyLength;
        return TryReadBody(body, out record);
    }

    private static bool TryReadBody(ReadOnlySpan<byte> body, [NotNullWhen(true)] out HistoryRecord? record)
    {
        record = null;
        byte[][] parts = new byte[6][];
        int at = HeadBytes;
        for (int i = 0; i < parts.Length; i++)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(body[(18 + (i * 2))..]);
            if (at + length > body.Length)
            {
                return false;
            }

            parts[i] = body.Slice(at, length).ToArray();
            at += length;
        }

        record = new HistoryRecord(
            parts[0],
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(body[8..])),
            (IrcHistoryKind)body[16],
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(body)),
            body[17] != 0,
            parts[1],
            parts[2],
            parts[3],
            parts[4],
            parts[5]);
        return true;
    }

    // The checksum is there to find damage, not enemies: who can write the file can write it well.
    private static uint Checksum(ReadOnlySpan<byte> body)
    {
        uint sum = 0;
        while (body.Length >= 8)
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(body));
            body = body[8..];
        }

        foreach (byte one in body)
        {
            sum = BitOperations.Crc32C(sum, one);
        }

        return ~sum;
    }
}
