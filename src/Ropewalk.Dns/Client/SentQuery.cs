using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Dns.Client;

/// <summary>Is a question as it was sent, and what an answer to it must be like.</summary>
/// <remarks>
/// <b>Theory.</b> Whoever cannot read the question has to guess what is in it. An answer must come from the server's address to the port that was drawn for the question (the port sees to that), have its number,
/// repeat its name, type and class (RFC 5452 §9.1), with cookies the client's cookie, and with a key a good signature. What fails is counted and not listened to: the true answer may still be under way.
/// </remarks>
internal sealed class SentQuery
{
    // RFC 8467 §4.1: queries in blocks of 128 bytes.
    private const int PaddingBlockBytes = 128;
    private const int MostBytes = 4096;

    private readonly byte[] _name;
    private readonly DnsQuestion? _question;
    private readonly DnsOpcode _opcode;
    private readonly bool _takesAll;
    private readonly bool _isCaseFixed;
    private readonly byte[]? _clientCookie;
    private readonly bool _expectsCookie;
    private readonly TsigTransaction? _tsig;

    private SentQuery(ushort id, byte[] name, DnsQuestion question, in QueryForm form, TsigTransaction? tsig, byte[] message)
    {
        Id = id;
        _name = name;
        _question = question;
        _isCaseFixed = form.MixesCase;
        _clientCookie = form.HasEdns ? form.Cookie?.Client : null;
        _expectsCookie = _clientCookie is not null && form.Cookie?.Server is not null && !form.IsStream;
        HasEdns = form.HasEdns;
        _tsig = tsig;
        Message = message;
    }

    private SentQuery(DnsMessage query, TsigTransaction? tsig, byte[] message)
    {
        Id = query.Header.Id;
        _question = query.Question;
        _name = query.Question?.Name.Wire.ToArray() ?? [];
        _opcode = query.Header.Opcode;
        _takesAll = true;
        HasEdns = query.Opt is not null;
        _tsig = tsig;
        Message = message;
    }

    /// <summary>Gets the message's number.</summary>
    public ushort Id { get; }

    /// <summary>Gets whether it has an OPT record.</summary>
    public bool HasEdns { get; }

    /// <summary>Gets the message as it is sent.</summary>
    public byte[] Message { get; }

    /// <summary>Gets what a server said of the question's signature, in a message that is not signed itself.</summary>
    public DnsResponseCode SignatureError { get; private set; }

    /// <summary>Gets whether an answer came without the cookie that its server has always sent.</summary>
    public bool HasMissedCookie { get; private set; }

    /// <summary>Gets what the answer's signature is worth.</summary>
    public DnsSignature Signature { get; private set; }

    /// <summary>Gets what is malformed in the answer: it is taken all the same where the caller has made the message.</summary>
    public DnsViolation Violation { get; private set; }

    /// <summary>Encodes a message that the caller has made, and wants to see every answer to.</summary>
    /// <exception cref="ArgumentException">It is too long.</exception>
    public static SentQuery Encode(DnsMessage query, TsigKey? key, DateTimeOffset now)
    {
        byte[] message = query.Encode(NameCompression.None);
        if (key is null)
        {
            return new(query, null, message);
        }

        TsigTransaction tsig = new(key);
        int length = message.Length;
        byte[] place = new byte[length + tsig.RecordBytes];
        message.CopyTo(place, 0);
        return tsig.TrySign(place, ref length, now) ? new(query, tsig, place[..length]) : throw new ArgumentException("The message is too long to be signed.", nameof(query));
    }

    /// <summary>Encodes a question.</summary>
    public static SentQuery Encode(ushort id, DnsQuestion question, in QueryForm form, QueryNumbers numbers, DateTimeOffset now)
    {
        byte[] name = question.Name.Wire.ToArray();
        if (form.MixesCase)
        {
            numbers.MixCase(name);
        }

        TsigTransaction? tsig = form.Key is null ? null : new TsigTransaction(form.Key);
        byte[] place = ArrayPool<byte>.Shared.Rent(MostBytes);
        DnsMessageWriter writer = new(place.AsSpan(0, MostBytes), MostBytes, NameCompression.None);
        bool fits = writer.TryWriteQuestion(name, question.Type, question.Class);
        fits = fits && (!form.HasEdns || TryWriteOpt(ref writer, form, tsig?.RecordBytes ?? 0));
        DnsHeader header = new(id, 0)
        {
            RecursionDesired = form.Options.RecursionDesired,
            AuthenticData = form.Options.AuthenticData,
            CheckingDisabled = form.Options.CheckingDisabled,
        };
        int length = writer.Finish(header);
        fits = fits && (tsig is null || tsig.TrySign(place.AsSpan(0, MostBytes), ref length, now));
        byte[] message = place[..length];
        ArrayPool<byte>.Shared.Return(place);
        // The longest name, all options and the longest signature are below a kilobyte.
        return fits ? new(id, name, question, form, tsig, message) : throw new UnreachableException();
    }

    /// <summary>Judges a message that has come from where the question was sent to.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="now">The time, for signatures.</param>
    /// <param name="answer">The answer, if it is one.</param>
    public AnswerVerdict Judge(ReadOnlySpan<byte> bytes, DateTimeOffset now, out DnsMessage? answer)
    {
        answer = null;
        if (DnsMessageReader.Begin(bytes, out DnsMessageReader reader) != DnsViolation.None)
        {
            return AnswerVerdict.Malformed;
        }

        DnsHeader header = reader.Header;
        if (header.Id != Id)
        {
            return AnswerVerdict.WrongId;
        }

        AnswerVerdict verdict = JudgeQuestion(ref reader);
        if (verdict != AnswerVerdict.Answer)
        {
            return verdict;
        }

        if (_takesAll)
        {
            Violation = DnsMessage.DecodeBeginning(bytes, out answer);
            Signature = _tsig is null ? DnsSignature.Unasked : JudgeSignature(bytes, now);
            return AnswerVerdict.Answer;
        }

        if (DnsMessage.Decode(bytes, out answer) != DnsViolation.None)
        {
            // Some servers cut a message where the datagram ends, in the middle of a record. All that such a one is taken for is that it was cut.
            answer = header.IsTruncated && _tsig is null ? new DnsMessage(header with { AnswerCount = 0, AuthorityCount = 0, AdditionalCount = 0 }, [_question!]) : null;
            return answer is null ? AnswerVerdict.Malformed : AnswerVerdict.Answer;
        }

        verdict = JudgeCookie(answer!);
        if (verdict == AnswerVerdict.Answer && _tsig is not null)
        {
            Signature = JudgeSignature(bytes, now);
            verdict = Signature == DnsSignature.Good ? AnswerVerdict.Answer : AnswerVerdict.WrongSignature;
        }

        answer = verdict == AnswerVerdict.Answer ? answer : null;
        return verdict;
    }

    private AnswerVerdict JudgeQuestion(ref DnsMessageReader reader)
    {
        DnsHeader header = reader.Header;
        if (!header.IsResponse || header.Opcode != _opcode)
        {
            return AnswerVerdict.WrongQuestion;
        }

        if (header.QuestionCount == 0)
        {
            // RFC 6891 §7: who does not understand a message may answer with nothing but a header.
            bool isRefusal = header.ResponseCode is not (DnsResponseCode.NoError or DnsResponseCode.NameError) && header.AnswerCount == 0;
            return isRefusal || _question is null ? AnswerVerdict.Answer : AnswerVerdict.WrongQuestion;
        }

        Span<byte> name = stackalloc byte[DnsLimits.NameBytes];
        if (_question is null || header.QuestionCount != 1 || !reader.TryReadQuestion(out DnsQuestionView asked, out _) || asked.CopyName(name, out int length) != DnsViolation.None)
        {
            return AnswerVerdict.WrongQuestion;
        }

        // RFC 5452 §9.1: name, class and type of the question are compared.
        bool isSameName = _isCaseFixed ? name[..length].SequenceEqual(_name) : WireName.Equal(name[..length], _name);
        return isSameName && asked.Type == _question.Type && asked.Class == _question.Class ? AnswerVerdict.Answer : AnswerVerdict.WrongQuestion;
    }

    private AnswerVerdict JudgeCookie(DnsMessage answer)
    {
        if (_clientCookie is null)
        {
            return AnswerVerdict.Answer;
        }

        // RFC 7873 §5.3: one that is expected and missing, or not the client's own, is discarded.
        if (answer.Opt is null || !answer.Opt.TryFind(EdnsOptionCode.Cookie, out OptOption? option))
        {
            HasMissedCookie |= _expectsCookie;
            return _expectsCookie ? AnswerVerdict.MissingCookie : AnswerVerdict.Answer;
        }

        return EdnsCookie.Decode(option.Value.Span, out EdnsCookie cookie) == DnsViolation.None && cookie.Client.SequenceEqual(_clientCookie)
            ? AnswerVerdict.Answer
            : AnswerVerdict.WrongCookie;
    }

    private DnsSignature JudgeSignature(ReadOnlySpan<byte> bytes, DateTimeOffset now)
    {
        // RFC 8945 §5.3: an answer to a signed question is signed.
        if (TsigView.Find(bytes, out TsigView tsig, out bool isThere) != DnsViolation.None || !isThere)
        {
            return DnsSignature.Missing;
        }

        // RFC 8945 §5.3.2: without a signature it says what was wrong with the question's; but anybody could say that.
        if (tsig.Mac.IsEmpty)
        {
            SignatureError = tsig.Error;
            return tsig.Error == DnsResponseCode.NoError ? DnsSignature.Bad : DnsSignature.Refused;
        }

        return _tsig!.Check(tsig, now) switch
        {
            // The clocks differ, and the server has signed that.
            DnsResponseCode.NoError when _takesAll && tsig.Error != DnsResponseCode.NoError => DnsSignature.Refused,
            DnsResponseCode.NoError => DnsSignature.Good,
            DnsResponseCode.BadTime => DnsSignature.WrongTime,
            _ => DnsSignature.Bad,
        };
    }

    private static bool TryWriteOpt(ref DnsMessageWriter writer, in QueryForm form, int followingBytes)
    {
        DnsQueryOptions options = form.Options;
        bool fits = writer.TryBeginOpt(options.DatagramBytes, DnsResponseCode.NoError, options.DnssecOk);
        if (options.RequestsNsid)
        {
            // RFC 5001 §2.1: empty in a query.
            fits = fits && writer.TryWriteOption(EdnsOptionCode.Nsid, default);
        }

        if (options.ClientSubnet is { } subnet)
        {
            fits = fits && TryWriteSubnet(ref writer, subnet);
        }

        if (form.Cookie is { } cookie)
        {
            fits = fits && writer.TryWriteOption(EdnsOptionCode.Cookie, (byte[])[.. cookie.Client, .. cookie.Server ?? []]);
        }

        if (form.WantsKeepalive)
        {
            // RFC 7828 §3.2.1: empty in a query, and never in a datagram.
            fits = fits && EdnsKeepalive.TryWrite(ref writer, null);
        }

        writer.EndOpt(form.IsPrivate ? PaddingBlockBytes : 0, followingBytes);
        return fits;
    }

    private static bool TryWriteSubnet(ref DnsMessageWriter writer, IPNetwork subnet)
    {
        // RFC 7871 §6: family, prefix, zero in a query, and no more bytes of the address than the prefix has.
        byte[] address = subnet.BaseAddress.GetAddressBytes();
        byte family = subnet.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? (byte)1 : (byte)2;
        return writer.TryWriteOption(EdnsOptionCode.ClientSubnet, (byte[])[0, family, (byte)subnet.PrefixLength, 0, .. address[..((subnet.PrefixLength + 7) / 8)]]);
    }
}
