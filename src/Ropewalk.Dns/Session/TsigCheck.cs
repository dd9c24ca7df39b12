using System.Buffers.Binary;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Dns.Session;

/// <summary>Says what a request's signature was worth, and signs what answers it. The default is a request without one.</summary>
/// <remarks><b>Lifetime</b>: as long as the request's bytes.</remarks>
public readonly ref struct TsigCheck
{
    // What follows the algorithm's name where there is no signature: time, fudge, two lengths, id, error.
    private const int FixedBytes = 16;
    private const int FudgeSeconds = 300;

    private readonly TsigView _tsig;
    private readonly bool _isMalformed;

    internal TsigCheck(scoped in TsigView tsig, TsigKey? key, TsigTransaction? transaction, DnsResponseCode error)
    {
        _tsig = tsig;
        IsSigned = true;
        Transaction = transaction;
        Error = error;
        Key = error == DnsResponseCode.NoError ? key : null;
    }

    private TsigCheck(bool isMalformed) => _isMalformed = isMalformed;

    /// <summary>Gets the result for a request whose TSIG record, or what stands before it, breaks a rule.</summary>
    internal static TsigCheck Malformed => new(true);

    /// <summary>Says whether the request has a TSIG record that can be read: then the answer has one too.</summary>
    public bool IsSigned { get; }

    /// <summary>Gets the key of a good signature; null without one.</summary>
    public TsigKey? Key { get; }

    /// <summary>Gets what was wrong with the signature: BADKEY, BADSIG, BADTIME or BADTRUNC.</summary>
    public DnsResponseCode Error { get; }

    /// <summary>Gets what goes on with the signing where an answer has many messages; only with <see cref="Key"/>.</summary>
    public TsigTransaction? Transaction { get; }

    /// <summary>Gets the result that the request must be answered with at once; <see cref="DnsResponseCode.NoError"/> if it may go on.</summary>
    // RFC 8945 §5.2.1 to §5.2.3: NOTAUTH with each of the errors.
    public DnsResponseCode ResponseCode =>
        _isMalformed ? DnsResponseCode.FormatError : Error == DnsResponseCode.NoError ? DnsResponseCode.NoError : DnsResponseCode.NotAuthorized;

    /// <summary>Gets how many bytes the answer must keep free for its TSIG record.</summary>
    public int ReservedBytes
    {
        get
        {
            if (!IsSigned)
            {
                return 0;
            }

            return Transaction?.RecordBytes ?? UnsignedBytes;
        }
    }

    private int UnsignedBytes
    {
        get
        {
            Span<byte> name = stackalloc byte[DnsLimits.NameBytes];
            _tsig.CopyKeyName(name, out int length);
            return length + DnsRecordView.FixedBytes + _tsig.AlgorithmName.Length + FixedBytes;
        }
    }

    /// <summary>Signs the answer, or says in it why that cannot be; does nothing if the request was not signed.</summary>
    /// <param name="message">The answer, and free bytes behind it.</param>
    /// <param name="length">How long the answer is; then, with its TSIG record.</param>
    /// <param name="now">The time of day.</param>
    /// <returns>False if the record does not fit.</returns>
    public bool TrySign(Span<byte> message, ref int length, DateTimeOffset now)
    {
        if (!IsSigned)
        {
            return true;
        }

        return Transaction is not null ? Transaction.TrySign(message, ref length, now, Error) : TryRefuseKey(message, ref length, now);
    }

    // RFC 8945 §5.3.2: with BADKEY and BADSIG the answer has a TSIG record without a signature. Its key is not one of ours, so it is named as it was.
    private bool TryRefuseKey(Span<byte> message, ref int length, DateTimeOffset now)
    {
        if (message.Length - length < UnsignedBytes || length + UnsignedBytes > DnsLimits.MessageBytes)
        {
            return false;
        }

        Span<byte> rest = message[length..];
        length += UnsignedBytes;
        Span<byte> name = stackalloc byte[DnsLimits.NameBytes];
        _tsig.CopyKeyName(name, out int nameBytes);
        name[..nameBytes].CopyTo(rest);
        rest = rest[nameBytes..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)DnsType.TSIG);
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], (ushort)DnsClass.ANY);
        BinaryPrimitives.WriteUInt32BigEndian(rest[4..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(rest[8..], (ushort)(_tsig.AlgorithmName.Length + FixedBytes));
        rest = rest[DnsRecordView.FixedBytes..];
        _tsig.AlgorithmName.CopyTo(rest);
        rest = rest[_tsig.AlgorithmName.Length..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)(now.ToUnixTimeSeconds() >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(rest[2..], (uint)now.ToUnixTimeSeconds());
        BinaryPrimitives.WriteUInt16BigEndian(rest[6..], FudgeSeconds);
        BinaryPrimitives.WriteUInt16BigEndian(rest[8..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(rest[10..], _tsig.OriginalId);
        BinaryPrimitives.WriteUInt16BigEndian(rest[12..], (ushort)Error);
        BinaryPrimitives.WriteUInt16BigEndian(rest[14..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(message[10..], (ushort)(BinaryPrimitives.ReadUInt16BigEndian(message[10..]) + 1));
        return true;
    }
}
