using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Ropewalk.Dns.Wire.Tsig;

/// <summary>Signs and checks the messages of one question and its answers, on either side. <b>Spec</b>: RFC 8945 §4.3, §5.</summary>
/// <remarks>
/// What is signed: the signature before, then the message as it was without TSIG, then the variables of TSIG; from the second answer on, of a zone transfer, only their times.
/// So each signature seals all that went before. No clock is in here: <c>now</c> is an argument. <b>Call</b>: for each message once, in order: a client signs the question and checks
/// the answers, a server checks the question and signs the answers.
/// </remarks>
public sealed class TsigTransaction
{
    /// <summary>How many messages without a signature may stand between two with one: 99. <b>Spec</b>: RFC 8945 §5.3.1.</summary>
    public const int MostUnsigned = 99;

    // RFC 8945 §4.2 and §10: 300 seconds are recommended.
    private const int FudgeSeconds = 300;
    private const int FixedBytes = 16;

    private readonly TsigKey _key;
    private byte[] _mac = [];
    private int _messages;
    private int _unsigned;
    private IncrementalHash? _running;
    // What a BADTIME answer says: the time that the client has signed (RFC 8945 §5.2.3).
    private long _timeOfQuestion;

    /// <summary>Begins with nothing signed.</summary>
    public TsigTransaction(TsigKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _key = key;
    }

    /// <summary>Gets the longest that the TSIG record of this key becomes: to be kept free in the message.</summary>
    public int RecordBytes => _key.Name.Wire.Length + DnsRecordView.FixedBytes + _key.Algorithm.Name().Wire.Length + FixedBytes + _key.Algorithm.MacBytes() + 6;

    /// <summary>Signs a message: its TSIG record is put behind it, and counted in its header.</summary>
    /// <param name="message">The message, and free bytes behind it.</param>
    /// <param name="length">How long the message is; then, with its TSIG record.</param>
    /// <param name="now">The time.</param>
    /// <param name="error">What was wrong with the question's signature. Where its key or signature was not good, nothing is signed (RFC 8945 §5.3.2).</param>
    /// <returns>False if the record does not fit.</returns>
    /// <exception cref="InvalidOperationException">The key's algorithm is not signed with any more.</exception>
    public bool TrySign(Span<byte> message, ref int length, DateTimeOffset now, DnsResponseCode error = DnsResponseCode.NoError)
    {
        if (_key.Algorithm == TsigAlgorithm.HmacMd5)
        {
            throw new InvalidOperationException("HMAC-MD5 is checked, and not signed with: RFC 8945 §6.");
        }

        bool isSigned = error is not (DnsResponseCode.BadKey or DnsResponseCode.BadSignature);
        // RFC 8945 §5.2.3: with BADTIME the time is the client's, and the server's is in the other bytes.
        bool saysTime = error == DnsResponseCode.BadTime;
        long time = saysTime ? _timeOfQuestion : now.ToUnixTimeSeconds();
        Span<byte> other = stackalloc byte[6];
        WriteTime(other, now.ToUnixTimeSeconds());
        other = saysTime ? other : default;
        int macBytes = isSigned ? _key.Algorithm.MacBytes() : 0;
        int recordBytes = RecordBytes - _key.Algorithm.MacBytes() - 6 + macBytes + other.Length;
        if (message.Length - length < recordBytes || length + recordBytes > DnsLimits.MessageBytes)
        {
            return false;
        }

        byte[] mac = isSigned ? Seal(message[..length], BinaryPrimitives.ReadUInt16BigEndian(message), time, FudgeSeconds, error, other) : [];
        WriteRecord(message.Slice(length, recordBytes), BinaryPrimitives.ReadUInt16BigEndian(message), time, mac, error, other);
        length += recordBytes;
        BinaryPrimitives.WriteUInt16BigEndian(message[10..], (ushort)(BinaryPrimitives.ReadUInt16BigEndian(message[10..]) + 1));
        Advance(mac);
        return true;
    }

    /// <summary>Checks the signature of a message.</summary>
    /// <param name="tsig">Its TSIG record.</param>
    /// <param name="now">The time.</param>
    /// <returns>
    /// <see cref="DnsResponseCode.NoError"/> if the signature is good; <see cref="DnsResponseCode.BadKey"/>, <see cref="DnsResponseCode.BadSignature"/>,
    /// <see cref="DnsResponseCode.BadTime"/> or <see cref="DnsResponseCode.BadTruncation"/>, which a server answers NOTAUTH with, in this order (RFC 8945 §5.2);
    /// <see cref="DnsResponseCode.FormatError"/> if the signature's length is one that must not be (RFC 8945 §5.2.2.1).
    /// </returns>
    public DnsResponseCode Check(in TsigView tsig, DateTimeOffset now)
    {
        Span<byte> name = stackalloc byte[DnsLimits.NameBytes];
        if (tsig.CopyKeyName(name, out int nameBytes) != DnsViolation.None || !WireName.Equal(name[..nameBytes], _key.Name.Wire)
            || !WireName.Equal(tsig.AlgorithmName, _key.Algorithm.Name().Wire))
        {
            return DnsResponseCode.BadKey;
        }

        if (tsig.Mac.Length > _key.Algorithm.MacBytes() || (tsig.Mac.Length < TsigKey.LeastAllowed(_key.Algorithm) && tsig.Mac.Length > 0))
        {
            return DnsResponseCode.FormatError;
        }

        if (tsig.Mac.IsEmpty)
        {
            return DnsResponseCode.BadSignature;
        }

        byte[] signed = tsig.Signed.ToArray();
        // The record itself was not counted when the message was signed.
        BinaryPrimitives.WriteUInt16BigEndian(signed.AsSpan(10), (ushort)(BinaryPrimitives.ReadUInt16BigEndian(signed.AsSpan(10)) - 1));
        byte[] mac = Seal(signed, tsig.OriginalId, tsig.TimeSigned, (ushort)tsig.Fudge.TotalSeconds, tsig.Error, tsig.Other);
        if (!CryptographicOperations.FixedTimeEquals(mac.AsSpan(0, tsig.Mac.Length), tsig.Mac))
        {
            return DnsResponseCode.BadSignature;
        }

        _timeOfQuestion = tsig.TimeSigned;
        // What the next signature seals is the signature as it was sent.
        Advance(mac[..tsig.Mac.Length]);
        if (Math.Abs(now.ToUnixTimeSeconds() - tsig.TimeSigned) > (long)tsig.Fudge.TotalSeconds)
        {
            return DnsResponseCode.BadTime;
        }

        return tsig.Mac.Length < _key.LeastMacBytes ? DnsResponseCode.BadTruncation : DnsResponseCode.NoError;
    }

    /// <summary>Takes a message of a transfer that has no signature; the next one that has seals it too.</summary>
    /// <returns>False if there may be none: it is the first answer, or there have been 99 (RFC 8945 §5.3.1).</returns>
    public bool TryTakeUnsigned(ReadOnlySpan<byte> message)
    {
        if (_messages < 2 || _unsigned == MostUnsigned)
        {
            return false;
        }

        _unsigned++;
        Running().AppendData(message);
        return true;
    }

    private IncrementalHash Running()
    {
        if (_running is null)
        {
            _running = IncrementalHash.CreateHMAC(_key.Algorithm.Hash(), _key.Secret);
            if (_messages > 0)
            {
                AppendNumber(_running, (ushort)_mac.Length);
                _running.AppendData(_mac);
            }
        }

        return _running;
    }

    private byte[] Seal(ReadOnlySpan<byte> message, ushort id, long time, ushort fudge, DnsResponseCode error, ReadOnlySpan<byte> other)
    {
        IncrementalHash hash = Running();
        // RFC 8945 §4.3.2: with the number that it had before a forwarder gave it another.
        AppendNumber(hash, id);
        hash.AppendData(message[2..]);
        Span<byte> times = stackalloc byte[8];
        WriteTime(times, time);
        BinaryPrimitives.WriteUInt16BigEndian(times[6..], fudge);
        // RFC 8945 §5.3.1: from the second answer on only the times.
        if (_messages >= 2)
        {
            hash.AppendData(times);
        }
        else
        {
            // RFC 8945 §4.3.3: names in canonical form.
            hash.AppendData(_key.Name.Wire);
            AppendNumber(hash, (ushort)DnsClass.ANY);
            hash.AppendData([0, 0, 0, 0]);
            hash.AppendData(_key.Algorithm.Name().ToLower().Wire);
            hash.AppendData(times);
            AppendNumber(hash, (ushort)error);
            AppendNumber(hash, (ushort)other.Length);
            hash.AppendData(other);
        }

        byte[] mac = hash.GetHashAndReset();
        hash.Dispose();
        _running = null;
        return mac;
    }

    private void Advance(byte[] mac)
    {
        _mac = mac;
        _messages++;
        _unsigned = 0;
    }

    private void WriteRecord(Span<byte> record, ushort id, long time, ReadOnlySpan<byte> mac, DnsResponseCode error, ReadOnlySpan<byte> other)
    {
        ReadOnlySpan<byte> name = _key.Name.Wire, algorithm = _key.Algorithm.Name().Wire;
        name.CopyTo(record);
        Span<byte> rest = record[name.Length..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)DnsType.TSIG);
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], (ushort)DnsClass.ANY);
        BinaryPrimitives.WriteUInt32BigEndian(rest[4..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(rest[8..], (ushort)(rest.Length - DnsRecordView.FixedBytes));
        rest = rest[DnsRecordView.FixedBytes..];
        algorithm.CopyTo(rest);
        rest = rest[algorithm.Length..];
        WriteTime(rest, time);
        BinaryPrimitives.WriteUInt16BigEndian(rest[6..], FudgeSeconds);
        BinaryPrimitives.WriteUInt16BigEndian(rest[8..], (ushort)mac.Length);
        mac.CopyTo(rest[10..]);
        rest = rest[(10 + mac.Length)..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, id);
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], (ushort)error);
        BinaryPrimitives.WriteUInt16BigEndian(rest[4..], (ushort)other.Length);
        other.CopyTo(rest[6..]);
    }

    private static void WriteTime(Span<byte> place, long seconds)
    {
        BinaryPrimitives.WriteUInt16BigEndian(place, (ushort)(seconds >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(place[2..], (uint)seconds);
    }

    private static void AppendNumber(IncrementalHash hash, ushort number)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
