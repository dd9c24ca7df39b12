using Microsoft.Extensions.Primitives;

namespace Ropewalk.Web.Static.Wire;

/// <summary>Evaluates the preconditions of GET and HEAD in the order of RFC 9110 §13.2.2.</summary>
public static class Preconditions
{
    /// <summary>Decides whether the method is performed.</summary>
    /// <param name="current">The selected representation's validators.</param>
    /// <param name="request">The request's conditional fields.</param>
    /// <param name="now">Decides the century of a year with two digits.</param>
    /// <returns>What to answer.</returns>
    public static PreconditionOutcome Evaluate(in Validators current, in RequestConditions request, DateTimeOffset now)
    {
        // §13.2.2 step 1, 2: If-Unmodified-Since counts only without If-Match
        if (request.IfMatch.Count > 0)
        {
            if (!EntityTag.IsInList(request.IfMatch, current.EntityTag, weakly: false)) return PreconditionOutcome.Failed;
        }
        else if (TryDate(request.IfUnmodifiedSince, current, now, out long unmodifiedSince) && current.ModifiedUnixSeconds > unmodifiedSince)
        {
            return PreconditionOutcome.Failed;
        }
        // §13.2.2 step 3, 4: If-Modified-Since counts only without If-None-Match
        if (request.IfNoneMatch.Count > 0)
        {
            return EntityTag.IsInList(request.IfNoneMatch, current.EntityTag, weakly: true) ? PreconditionOutcome.NotModified : PreconditionOutcome.Proceed;
        }
        return TryDate(request.IfModifiedSince, current, now, out long modifiedSince) && current.ModifiedUnixSeconds <= modifiedSince
            ? PreconditionOutcome.NotModified
            : PreconditionOutcome.Proceed;
    }

    /// <summary>Decides whether a <c>Range</c> field counts (§13.2.2 step 5).</summary>
    /// <param name="current">The selected representation's validators.</param>
    /// <param name="ifRange">The <c>If-Range</c> field; empty means that the range counts.</param>
    /// <param name="now">The time of the answer: a date counts only if the file was changed a second or more before it (RFC 9110 §8.8.2.2).</param>
    /// <returns>Whether the client's part belongs to the current representation.</returns>
    public static bool RangeCounts(in Validators current, StringValues ifRange, DateTimeOffset now)
    {
        if (ifRange.Count == 0) return true;
        if (ifRange.Count > 1) return false;
        ReadOnlySpan<char> value = ifRange[0].AsSpan().Trim(" \t");
        if (value.IsEmpty) return false;
        if (value[^1] == '"') return EntityTag.AreSameStrongly(value, current.EntityTag);
        return HttpDate.TryParse(value, now, out long date) && date == current.ModifiedUnixSeconds && now.ToUnixTimeSeconds() > current.ModifiedUnixSeconds;
    }

    // RFC 9110 §13.1.3, §13.1.4: a field that is no valid date, or a list, is ignored
    private static bool TryDate(StringValues field, in Validators current, DateTimeOffset now, out long unixSeconds)
    {
        unixSeconds = current.ModifiedUnixSeconds;
        if (field.Count != 1) return false;
        string? text = field[0];
        return string.Equals(text, current.LastModified, StringComparison.Ordinal) || HttpDate.TryParse(text, now, out unixSeconds);
    }
}
