using System.Buffers.Binary;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Wire;

/// <summary>Writes a message into bytes that are there: questions, then records section by section, the OPT record last, and the header when all is known.</summary>
/// <remarks>
/// What does not fit is not written, and the method says false: then <see cref="Rewind"/> goes back to where the record set began, and the header says
/// <see cref="DnsHeader.IsTruncated"/>. Nothing is allocated. The struct is 600 bytes with its table of names: pass it by reference.
/// </remarks>
public ref struct DnsMessageWriter
{
    private readonly Span<byte> _message;
    private readonly NameCompression _compression;
    private CompressionTable _names;
    private int _limit;
    private int _reserved;
    private int _optOffset;
    // The four counts as they stand in the header.
    private ulong _counts;

    /// <summary>Begins a message.</summary>
    /// <param name="message">Where it is written.</param>
    /// <param name="limitBytes">How long it may become: what the client can take, or less.</param>
    /// <param name="compression">How names are shortened.</param>
    public DnsMessageWriter(Span<byte> message, int limitBytes = DnsLimits.MessageBytes, NameCompression compression = NameCompression.AnyCase)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(message.Length, DnsLimits.HeaderBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(limitBytes, DnsLimits.HeaderBytes);
        _message = message;
        _compression = compression;
        _limit = Math.Min(Math.Min(message.Length, limitBytes), DnsLimits.MessageBytes);
        Position = DnsLimits.HeaderBytes;
    }

    /// <summary>Gets how many bytes have been written, the header's included.</summary>
    public int Position { readonly get; private set; }

    /// <summary>Gets the section that the next record goes to. Sections are written in their order.</summary>
    public DnsSection Section { readonly get; private set; }

    /// <summary>Gets how many bytes are left for records.</summary>
    public readonly int Left => _limit - _reserved - Position;

    /// <summary>Gets what has been written.</summary>
    public readonly ReadOnlySpan<byte> Written => _message[..Position];

    /// <summary>Goes on to a later section.</summary>
    /// <exception cref="InvalidOperationException">The section has already been left.</exception>
    public void GoTo(DnsSection section)
    {
        if (section < Section)
        {
            throw new InvalidOperationException($"The section {section} stands before {Section}, which has been begun.");
        }

        Section = section;
    }

    /// <summary>Keeps bytes free for what is written at the end (OPT, TSIG).</summary>
    /// <returns>False if there are not as many left.</returns>
    public bool TryReserve(int bytes)
    {
        if (Left < bytes)
        {
            return false;
        }

        _reserved += bytes;
        return true;
    }

    /// <summary>Gives back the bytes that <see cref="TryReserve"/> has kept free.</summary>
    public void Release() => _reserved = 0;

    /// <summary>Notes the place, to come back to.</summary>
    public readonly DnsMessageMark Mark() => new(Position, _counts, Section);

    /// <summary>Goes back to a place and forgets what has been written since.</summary>
    public void Rewind(DnsMessageMark mark)
    {
        Position = mark.Position;
        _counts = mark.Counts;
        Section = mark.Section;
        _names.Forget(mark.Position);
    }

    /// <summary>Writes a question.</summary>
    /// <param name="name">The name in wire form, not compressed.</param>
    /// <param name="type">The type that is asked for.</param>
    /// <param name="recordClass">The class that is asked for.</param>
    public bool TryWriteQuestion(scoped ReadOnlySpan<byte> name, DnsType type, DnsClass recordClass)
    {
        DnsMessageMark mark = Mark();
        if (!TryWriteName(name) || Left < 4)
        {
            Rewind(mark);
            return false;
        }

        BinaryPrimitives.WriteUInt32BigEndian(_message[Position..], ((uint)type << 16) | (uint)recordClass);
        Position += 4;
        Count(DnsSection.Question);
        return true;
    }

    /// <summary>Writes a record into the present section.</summary>
    /// <param name="owner">The owner's name in wire form, not compressed.</param>
    /// <param name="type">The type.</param>
    /// <param name="recordClass">The class.</param>
    /// <param name="ttl">For how many seconds it may be kept.</param>
    /// <param name="rdata">The rdata, well-formed and without compressed names, as zones hold it.</param>
    public bool TryWriteRecord(scoped ReadOnlySpan<byte> owner, DnsType type, DnsClass recordClass, uint ttl, scoped ReadOnlySpan<byte> rdata)
    {
        DnsMessageMark mark = Mark();
        if (TryWriteName(owner) && TryWriteRest(type, recordClass, ttl, rdata))
        {
            return true;
        }

        Rewind(mark);
        return false;
    }

    /// <summary>Writes a record whose owner already stands in the message.</summary>
    /// <param name="ownerOffset">Where the owner's name begins: 12 is the first question's. At most 16,383.</param>
    /// <param name="type">The type.</param>
    /// <param name="recordClass">The class.</param>
    /// <param name="ttl">For how many seconds it may be kept.</param>
    /// <param name="rdata">The rdata, well-formed and without compressed names, as zones hold it.</param>
    public bool TryWriteRecordAt(int ownerOffset, DnsType type, DnsClass recordClass, uint ttl, scoped ReadOnlySpan<byte> rdata)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)ownerOffset, 0x3fffU);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ownerOffset, Position);
        if (Left < 2)
        {
            return false;
        }

        DnsMessageMark mark = Mark();
        BinaryPrimitives.WriteUInt16BigEndian(_message[Position..], (ushort)(0xc000 | ownerOffset));
        Position += 2;
        if (TryWriteRest(type, recordClass, ttl, rdata))
        {
            return true;
        }

        Rewind(mark);
        return false;
    }

    /// <summary>Copies bytes that are known to be whole records, and counts them: those of a message that was kept.</summary>
    /// <param name="records">The records; they may have pointers only to what stands at the same offsets in this message.</param>
    /// <param name="count">How many they are.</param>
    public bool TryWriteRecords(scoped ReadOnlySpan<byte> records, int count)
    {
        if (Left < records.Length)
        {
            return false;
        }

        records.CopyTo(_message[Position..]);
        Position += records.Length;
        _counts += (ulong)count << Shift(Section);
        return true;
    }

    /// <summary>Begins the OPT record. Its options follow, then <see cref="EndOpt"/>.</summary>
    /// <param name="datagramBytes">How long a datagram the sender can take.</param>
    /// <param name="code">The result, of which OPT holds the upper eight bits.</param>
    /// <param name="dnssecOk">Whether signatures are wanted, or, in an answer, were.</param>
    /// <param name="version">The version.</param>
    /// <remarks><b>Spec</b>: RFC 6891 §6.1.2, §6.1.3. <b>Call</b>: when the other records are written; it uses what <see cref="TryReserve"/> has kept free.</remarks>
    public bool TryBeginOpt(int datagramBytes, DnsResponseCode code = DnsResponseCode.NoError, bool dnssecOk = false, byte version = 0)
    {
        Release();
        if (Left < EdnsView.OptBytes)
        {
            return false;
        }

        GoTo(DnsSection.Additional);
        _optOffset = Position;
        Span<byte> opt = _message.Slice(Position, EdnsView.OptBytes);
        opt[0] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(opt[1..], (ushort)DnsType.OPT);
        BinaryPrimitives.WriteUInt16BigEndian(opt[3..], (ushort)Math.Clamp(datagramBytes, DnsLimits.PlainDatagramBytes, ushort.MaxValue));
        opt[5] = (byte)((int)code >> 4);
        opt[6] = version;
        BinaryPrimitives.WriteUInt16BigEndian(opt[7..], (ushort)(dnssecOk ? EdnsView.DnssecOkBit : 0));
        BinaryPrimitives.WriteUInt16BigEndian(opt[9..], 0);
        Position += EdnsView.OptBytes;
        Count(DnsSection.Additional);
        return true;
    }

    /// <summary>Writes an option into the OPT record that has been begun.</summary>
    public bool TryWriteOption(EdnsOptionCode code, scoped ReadOnlySpan<byte> value)
    {
        if (!TryTakeOption(code, value.Length, out Span<byte> place))
        {
            return false;
        }

        value.CopyTo(place);
        return true;
    }

    /// <summary>Takes the place of an option in the OPT record that has been begun, to be filled by the caller.</summary>
    /// <exception cref="InvalidOperationException">No OPT record has been begun.</exception>
    public bool TryTakeOption(EdnsOptionCode code, int valueBytes, out Span<byte> value)
    {
        value = default;
        if (_optOffset == 0)
        {
            throw new InvalidOperationException("No OPT record has been begun.");
        }

        if (Left < valueBytes + 4)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(_message[Position..], (ushort)code);
        BinaryPrimitives.WriteUInt16BigEndian(_message[(Position + 2)..], (ushort)valueBytes);
        value = _message.Slice(Position + 4, valueBytes);
        Position += valueBytes + 4;
        return true;
    }

    /// <summary>Ends the OPT record, padded so that the message becomes a multiple of a block.</summary>
    /// <param name="paddingBlockBytes">The block: 468 for answers and 128 for queries (RFC 8467 §4.1); zero for no padding.</param>
    /// <param name="followingBytes">How long what follows will be: a TSIG record.</param>
    public void EndOpt(int paddingBlockBytes = 0, int followingBytes = 0)
    {
        if (paddingBlockBytes > 0)
        {
            int bare = Position + 4 + followingBytes;
            int wanted = (bare + paddingBlockBytes - 1) / paddingBlockBytes * paddingBlockBytes;
            // RFC 8467 §4.1: where the block does not fit, up to what does.
            int padding = Math.Min(wanted, _limit) - bare;
            if (padding >= 0 && TryTakeOption(EdnsOptionCode.Padding, padding, out Span<byte> zeros))
            {
                // RFC 7830 §3: the bytes should be zero.
                zeros.Clear();
            }
        }

        BinaryPrimitives.WriteUInt16BigEndian(_message[(_optOffset + 9)..], (ushort)(Position - _optOffset - EdnsView.OptBytes));
        _optOffset = 0;
    }

    /// <summary>Writes the header, with the counts of what has been written, and gives the message's length.</summary>
    /// <param name="header">The header; its own counts are not used.</param>
    public readonly int Finish(in DnsHeader header)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_message, header.Id);
        BinaryPrimitives.WriteUInt16BigEndian(_message[2..], header.Bits);
        BinaryPrimitives.WriteUInt64BigEndian(_message[4..], _counts);
        return Position;
    }

    /// <summary>Gets how many questions or records have been written into a section.</summary>
    public readonly int CountOf(DnsSection section) => (ushort)(_counts >> Shift(section));

    private bool TryWriteRest(DnsType type, DnsClass recordClass, uint ttl, scoped ReadOnlySpan<byte> rdata)
    {
        if (Left < DnsRecordView.FixedBytes + (RecordFormats.HasCompressibleNames(type) ? 0 : rdata.Length))
        {
            return false;
        }

        Span<byte> place = _message.Slice(Position, DnsRecordView.FixedBytes);
        BinaryPrimitives.WriteUInt64BigEndian(place, ((ulong)type << 48) | ((ulong)recordClass << 32) | ttl);
        int begin = Position += DnsRecordView.FixedBytes;
        if (!RecordFormats.HasCompressibleNames(type))
        {
            rdata.CopyTo(_message[Position..]);
            Position += rdata.Length;
        }
        else if (!TryWriteShortened(type, rdata))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(_message[(begin - 2)..], (ushort)(Position - begin));
        Count(Section);
        return true;
    }

    // RFC 3597 §4: only the types of RFC 1035 have names that may be sent compressed. In each, some bytes precede the names, and others follow.
    private bool TryWriteShortened(DnsType type, scoped ReadOnlySpan<byte> rdata)
    {
        (int leading, int names) = RecordFormats.CompressibleNames(type);
        if (rdata.Length < leading)
        {
            return TryCopy(rdata);
        }

        if (!TryCopy(rdata[..leading]))
        {
            return false;
        }

        rdata = rdata[leading..];
        for (; names > 0 && rdata.Length > 0; names--)
        {
            int length = 0;
            if (WireName.Skip(rdata, ref length) != DnsViolation.None)
            {
                break;
            }

            if (!TryWriteName(rdata[..length]))
            {
                return false;
            }

            rdata = rdata[length..];
        }

        return TryCopy(rdata);
    }

    private bool TryCopy(scoped ReadOnlySpan<byte> bytes)
    {
        if (Left < bytes.Length)
        {
            return false;
        }

        bytes.CopyTo(_message[Position..]);
        Position += bytes.Length;
        return true;
    }

    private bool TryWriteName(scoped ReadOnlySpan<byte> name)
    {
        if (_compression == NameCompression.None)
        {
            return TryCopy(name);
        }

        bool sameCase = _compression == NameCompression.SameCase;
        int begin = Position;
        int at = 0;
        while (name[at] != 0)
        {
            ReadOnlySpan<byte> ending = name[at..];
            uint key = CompressionTable.KeyOf(ending);
            int offset = _names.Find(_message[..begin], ending, key, sameCase);
            if (offset != 0)
            {
                if (!TryCopy(name[..at]) || Left < 2)
                {
                    return false;
                }

                BinaryPrimitives.WriteUInt16BigEndian(_message[Position..], (ushort)(0xc000 | offset));
                Position += 2;
                return true;
            }

            _names.Add(begin + at, key);
            at += name[at] + 1;
        }

        return TryCopy(name);
    }

    private void Count(DnsSection section) => _counts += 1UL << Shift(section);

    private static int Shift(DnsSection section) => 48 - (16 * (int)section);
}
