namespace Ropewalk.Policies;

/// <summary>Says how a traffic log shows bytes.</summary>
public enum TrafficFormat
{
    /// <summary>As text: what is not printable ASCII is written <c>\xNN</c>, line ends <c>\r</c> and <c>\n</c>.</summary>
    Text,

    /// <summary>As hexadecimal digits.</summary>
    Hex,
}
