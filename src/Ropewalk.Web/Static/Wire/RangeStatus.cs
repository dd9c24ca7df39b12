namespace Ropewalk.Web.Static.Wire;

/// <summary>Says what a <c>Range</c> field asks for.</summary>
public enum RangeStatus
{
    /// <summary>Nothing that counts: the whole representation is sent.</summary>
    Whole,

    /// <summary>One part or several: 206.</summary>
    Parts,

    /// <summary>Only parts behind the end: 416.</summary>
    Unsatisfiable,
}
