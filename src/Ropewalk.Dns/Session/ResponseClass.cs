namespace Ropewalk.Dns.Session;

/// <summary>Names the kinds of answers that are counted apart when their rate is limited; NSD's <c>rrl</c> has these and more.</summary>
public enum ResponseClass : byte
{
    /// <summary>Records of the name that was asked for.</summary>
    Positive,

    /// <summary>All records of a name: the longest answers there are.</summary>
    Any,

    /// <summary>The name has no such records.</summary>
    NoRecords,

    /// <summary>The name does not exist.</summary>
    NameError,

    /// <summary>Another zone's servers are named.</summary>
    Referral,

    /// <summary>A refusal, or a question that was not understood.</summary>
    Error,

    /// <summary>All of the others together.</summary>
    Total,
}
