using System.Buffers;
using System.Text;

namespace Finger.Wire;

/// <summary>Decodes an answer for a terminal.</summary>
/// <remarks>
/// <b>Spec</b>: RFC 1288 §3.3. By default only printable ASCII, tabs and line breaks are left, so that nobody plays with the reader's terminal. Breaks
/// become LF.
/// </remarks>
/// <param name="allowsInternational">Leaves characters above ASCII 126 in: the RFC's second option. Control characters among them are filtered all the same.</param>
/// <param name="allowsControls">Leaves control characters in: the RFC's first option.</param>
public sealed class FingerAnswerDecoder(bool allowsInternational = false, bool allowsControls = false)
{
    /// <summary>Decodes a whole answer.</summary>
    public string Decode(in ReadOnlySequence<byte> answer)
    {
        string text = Encoding.UTF8.GetString(answer).Replace("\r\n", "\n", StringComparison.Ordinal);
        var clean = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (IsAllowed(c))
            {
                clean.Append(c);
            }
        }

        return clean.ToString();
    }

    private bool IsAllowed(char c) => c switch
    {
        '\t' or '\n' => true,
        _ when char.IsControl(c) => allowsControls,
        > '~' => allowsInternational,
        _ => true,
    };
}
