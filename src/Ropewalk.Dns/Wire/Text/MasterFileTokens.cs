using System.Buffers;

namespace Ropewalk.Dns.Wire.Text;

/// <summary>Cuts the text of a master file into words, quoted texts and the ends of entries.</summary>
/// <remarks>
/// <b>Shape</b>: blanks between; <c>( )</c> around what goes on over the end of a line; <c>;</c> before a comment; <c>"…"</c> around a text with blanks; a backslash before
/// what shall mean nothing (RFC 1035 §5.1). Nothing is copied. Parentheses nest, as BIND has them.
/// </remarks>
public ref struct MasterFileTokens
{
    private static readonly SearchValues<byte> WordEnds = SearchValues.Create(" \t\r\n;()\"\\"u8);

    private readonly ReadOnlySpan<byte> _text;
    private int _position;
    private int _depth;
    private int _outermost;

    /// <summary>Begins at the first byte of a text.</summary>
    public MasterFileTokens(ReadOnlySpan<byte> text) => _text = text;

    /// <summary>Begins inside of a text, where an entry begins.</summary>
    internal MasterFileTokens(ReadOnlySpan<byte> text, int position)
        : this(text) => _position = position;

    /// <summary>Gets where the next token is looked for.</summary>
    public readonly int Position => _position;

    /// <summary>Says whether a parenthesis is open.</summary>
    public readonly bool IsInParentheses => _depth > 0;

    /// <summary>Says whether the end of an entry is what was read last.</summary>
    internal readonly bool IsBehindEntry => _depth == 0 && _position > 0 && _text[_position - 1] == (byte)'\n';

    /// <summary>Reads the next token.</summary>
    /// <param name="token">The token; if a rule is broken, where.</param>
    public MasterFileViolation Read(out MasterFileToken token)
    {
        bool followsBlank = false;
        while (_position < _text.Length)
        {
            int begin = _position;
            switch (_text[begin])
            {
                case (byte)' ' or (byte)'\t' or (byte)'\r':
                    _position++;
                    break;
                case (byte)';':
                    SkipToLineEnd();
                    break;
                case (byte)'(':
                    _outermost = _depth++ == 0 ? begin : _outermost;
                    _position++;
                    break;
                case (byte)')':
                    _position++;
                    if (_depth-- == 0)
                    {
                        _depth = 0;
                        token = new(MasterFileTokenKind.EndOfEntry, default, begin, followsBlank);
                        return MasterFileViolation.ParenthesisUnbalanced;
                    }

                    break;
                case (byte)'\n':
                    _position++;
                    if (_depth == 0)
                    {
                        token = new(MasterFileTokenKind.EndOfEntry, default, begin, followsBlank);
                        return MasterFileViolation.None;
                    }

                    break;
                case (byte)'"':
                    return ReadQuoted(followsBlank, out token);
                default:
                    return ReadWord(followsBlank, out token);
            }

            followsBlank = true;
        }

        bool isOpen = _depth > 0;
        token = new(MasterFileTokenKind.EndOfText, default, isOpen ? _outermost : _position, followsBlank);
        _depth = 0;
        return isOpen ? MasterFileViolation.ParenthesisUnbalanced : MasterFileViolation.None;
    }

    /// <summary>Steps over the rest of an entry that breaks a rule, so that the next one can be read.</summary>
    public void SkipEntry()
    {
        while (true)
        {
            MasterFileViolation violation = Read(out MasterFileToken token);
            if (violation == MasterFileViolation.None && !token.IsText)
            {
                return;
            }

            if (token.Kind == MasterFileTokenKind.EndOfText)
            {
                return;
            }
        }
    }

    private MasterFileViolation ReadWord(bool followsBlank, out MasterFileToken token)
    {
        int begin = _position;
        while (_position < _text.Length)
        {
            int end = _text[_position..].IndexOfAny(WordEnds);
            _position = end < 0 ? _text.Length : _position + end;
            if (end < 0 || _text[_position] != (byte)'\\')
            {
                break;
            }

            // What follows a backslash is part of the word, but for the end of the line.
            _position += _position + 1 < _text.Length && _text[_position + 1] != (byte)'\n' ? 2 : 1;
        }

        token = new(MasterFileTokenKind.Word, _text[begin.._position], begin, followsBlank);
        return MasterFileViolation.None;
    }

    private MasterFileViolation ReadQuoted(bool followsBlank, out MasterFileToken token)
    {
        int begin = _position++;
        while (_position < _text.Length)
        {
            int end = _text[_position..].IndexOfAny("\"\\\n"u8);
            if (end < 0 || _text[_position + end] == (byte)'\n')
            {
                break;
            }

            _position += end + 1;
            if (_text[_position - 1] == (byte)'"')
            {
                token = new(MasterFileTokenKind.Quoted, _text[(begin + 1)..(_position - 1)], begin, followsBlank);
                return MasterFileViolation.None;
            }

            if (_position < _text.Length && _text[_position] != (byte)'\n')
            {
                _position++;
            }
        }

        SkipToLineEnd();
        token = new(MasterFileTokenKind.Quoted, default, begin, followsBlank);
        return MasterFileViolation.QuoteNotClosed;
    }

    private void SkipToLineEnd()
    {
        int end = _text[_position..].IndexOf((byte)'\n');
        _position = end < 0 ? _text.Length : _position + end;
    }
}
